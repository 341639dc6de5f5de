// The page that connects an account: what is filled in, and how far it is.

import type { Connected } from '../../bindings/Connected';
import { problemFrom } from '../../problem';
import { ApiKeyForm } from './apiKeyForm.svelte';

export type Stage =
  | { is: 'filling' }
  | { is: 'asking' }
  /** Stored; the person is asked whether it is the right company. */
  | { is: 'connected'; connected: Connected }
  | { is: 'leaving'; connected: Connected };

export class Connecting extends ApiKeyForm {
  stage = $state.raw<Stage>({ is: 'filling' });

  override get busy(): boolean {
    return super.busy || this.stage.is !== 'filling';
  }

  /** An account that Apple accepts after the page was left is announced. */
  async connect(unusualIsRight = false): Promise<void> {
    if (this.busy) return;
    this.stage = { is: 'asking' };
    this.trouble = null;
    this.findings = [];
    try {
      const connected = await this.session.backend.connect(this.entries(unusualIsRight));
      if (this.left) return this.session.arrived(connected.account);
      this.session.connected(connected);
      this.stage = { is: 'connected', connected };
    } catch (thrown) {
      this.stage = { is: 'filling' };
      this.refuse(thrown, { is: 'connecting' }, () => void this.connect(unusualIsRight));
    }
  }

  /** It was another company's API key. */
  async disconnect(connected: Connected): Promise<void> {
    if (this.stage.is === 'leaving') return;
    this.stage = { is: 'leaving', connected };
    this.trouble = null;
    try {
      await this.session.disconnect(connected.account);
      this.letGo();
      this.stage = { is: 'filling' };
    } catch (thrown) {
      this.stage = { is: 'connected', connected };
      this.trouble = { problem: problemFrom(thrown), where: { is: 'disconnecting' }, again: () => void this.disconnect(connected) };
    }
  }
}
