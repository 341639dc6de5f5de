// Opening a private key that has a password. The password is handed on, never held.

import type { Trouble } from '../../asking.svelte';
import type { HeldFile } from '../../bindings/HeldFile';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';

export class Unlocking {
  busy = $state(false);
  /** What the field needs to be told. */
  told = $state<'wrong' | 'empty' | 'stopped' | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Names the opening that is under way; empty: none that anybody waits for. */
  #run = '';

  constructor(
    readonly session: Session,
    readonly file: HeldFile,
    readonly opened: (file: HeldFile) => void,
  ) {}

  async open(password: string): Promise<void> {
    if (this.busy) return;
    this.trouble = null;
    this.told = password === '' ? 'empty' : null;
    if (password === '') return;
    const run = crypto.randomUUID();
    this.#run = run;
    this.busy = true;
    try {
      const file = await this.session.backend.unlock(this.file.id, password, run);
      if (run !== this.#run) return;
      if (file.locked) this.told = 'stopped';
      else this.opened(file);
    } catch (thrown) {
      if (run !== this.#run) return;
      const problem = problemFrom(thrown);
      if (problem.code === 'wrongPassword') this.told = 'wrong';
      else this.trouble = { problem, where: { is: 'unlocking' }, again: () => (this.trouble = null) };
    } finally {
      if (run === this.#run) this.busy = false;
    }
  }

  stop(): void {
    if (this.busy) this.session.backend.stop(this.#run).catch(() => {});
  }

  /** Nobody waits for it any more. */
  leave(): void {
    this.stop();
    this.#run = '';
  }
}
