// Whether a file holds the private key of a registered key.

import { Asking } from '../../asking.svelte';
import type { HeldFile } from '../../bindings/HeldFile';
import type { PrivateKeyCheck } from '../../bindings/PrivateKeyCheck';
import { words } from '../../words';
import type { OpenKey } from './openKey.svelte';

export class CheckingPrivateKey {
  readonly asking = new Asking<'choosing' | 'checking'>();
  file = $state.raw<HeldFile | null>(null);
  answer = $state.raw<PrivateKeyCheck | null>(null);

  constructor(readonly opened: OpenKey) {}

  async choose(): Promise<void> {
    let chosen: HeldFile | null = null;
    await this.asking.ask('choosing', { is: 'checkingPrivateKey' }, () => void this.choose(), async () => {
      const file = await this.opened.session.backend.chooseFile(words.keys.checking.chooseTitle);
      return () => (chosen = file);
    });
    if (chosen !== null) await this.take(chosen);
  }

  async paste(): Promise<void> {
    let pasted: HeldFile | null = null;
    await this.asking.ask('choosing', { is: 'checkingPrivateKey' }, () => void this.paste(), async () => {
      const file = await this.opened.session.backend.pasteText();
      return () => (pasted = file);
    });
    if (pasted !== null) await this.take(pasted);
  }

  /** A locked one waits for its password. */
  async take(file: HeldFile): Promise<void> {
    if (this.asking.busy !== null) return;
    this.file = file;
    this.answer = null;
    if (file.locked) this.asking.trouble = null;
    else await this.check(file);
  }

  check(file: HeldFile): Promise<void> {
    const { opened } = this;
    return this.asking.ask('checking', { is: 'checkingPrivateKey' }, () => void this.check(file), async () => {
      this.file = file;
      const answer = await opened.session.backend.checkPrivateKey(file.id, opened.account.id, opened.key.id);
      // It is noted, whoever waits for it.
      if (answer.is === 'its') opened.changed(answer.key);
      return () => (this.answer = answer);
    });
  }

  /** What was chosen is let go. */
  leave(): void {
    this.asking.leave();
    if (this.file !== null) void this.opened.session.backend.forgetFiles().catch(() => {});
  }
}
