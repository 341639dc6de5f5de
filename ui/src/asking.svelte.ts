// One question at a time to the backend. The answer to a question that was left is dropped.

import type { Problem } from './bindings/Problem';
import { problemFrom } from './problem';
import type { Where } from './words/en/problems';

/** A problem and what was being done; `again` does that once more. */
export interface Trouble {
  readonly problem: Problem;
  readonly where: Where;
  readonly again: () => void;
}

export class Asking<Busy extends string> {
  busy = $state<Busy | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  #number = 0;

  /** `act` answers what to do with the answer; that is left undone when nobody waits for it any more. */
  async ask(busy: Busy, where: Where, again: () => void, act: () => Promise<() => void>): Promise<void> {
    if (this.busy !== null) return;
    const number = ++this.#number;
    this.busy = busy;
    this.trouble = null;
    try {
      const take = await act();
      if (number === this.#number) take();
    } catch (thrown) {
      if (number === this.#number) this.trouble = { problem: problemFrom(thrown), where, again };
    } finally {
      if (number === this.#number) this.busy = null;
    }
  }

  /** Nobody waits for the answer any more. */
  leave(): void {
    this.#number += 1;
    this.busy = null;
  }
}
