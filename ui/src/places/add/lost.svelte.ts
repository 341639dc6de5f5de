// A change that was sent while Apple's answer got lost: looking what became of it.

import type { Backend } from '../../backend';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Looked } from '../../bindings/Looked';
import type { Moment } from '../../bindings/Moment';
import type { Pending } from '../../bindings/Pending';
import type { Problem } from '../../bindings/Problem';
import type { ReadBack } from '../../bindings/ReadBack';
import { problemFrom } from '../../problem';

/** What settles the question. */
export type Settled =
  | { is: 'arrived'; key: KeyRow; at: Moment; readBack: ReadBack }
  | { is: 'gone'; key: KeyRow; at: Moment }
  | { is: 'notArrived'; at: Moment };

export type Look =
  | { is: 'looking' }
  | { is: 'notThere'; at: Moment }
  | { is: 'notRead'; problem: Problem; next: Moment }
  | { is: 'stopped' }
  | { is: 'failed'; problem: Problem }
  | Settled;

const settles = (found: Look | Looked): found is Settled => found.is === 'arrived' || found.is === 'gone' || found.is === 'notArrived';

export class Lost {
  /** The person has been told of it in a dialog. */
  told = false;
  found = $state.raw<Look>({ is: 'stopped' });

  constructor(
    readonly backend: Backend,
    readonly pending: Pending,
    /** What happened to the answer; `null`: Latchkey was closed meanwhile. */
    readonly problem: Problem | null,
    readonly settled: (found: Settled) => void,
  ) {}

  get decided(): boolean {
    return settles(this.found);
  }

  get looking(): boolean {
    return this.found.is === 'looking' || this.found.is === 'notThere' || this.found.is === 'notRead';
  }

  async look(): Promise<void> {
    this.found = { is: 'looking' };
    try {
      await this.backend.look(this.pending.id, (looked) => this.#looked(looked));
    } catch (thrown) {
      if (!this.decided) this.found = { is: 'failed', problem: problemFrom(thrown) };
    }
  }

  /** The question stays open: Latchkey asks it again at its next start. */
  async stop(): Promise<void> {
    this.found = { is: 'stopped' };
    await this.backend.stopLooking(this.pending.id).catch(() => {});
  }

  #looked(looked: Looked): void {
    // What was still on its way when the person stopped only counts if it settles the question.
    if (this.found.is === 'stopped' && !settles(looked)) return;
    this.found = looked;
    if (settles(looked)) this.settled(looked);
  }
}
