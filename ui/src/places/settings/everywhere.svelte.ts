// What is asked of all accounts at once: which keys they have, and what changed in them.

import type { Trouble } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { EverywhereEvent } from '../../bindings/EverywhereEvent';
import type { FoundKey } from '../../bindings/FoundKey';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';

export type Looked = Exclude<EverywhereEvent, { is: 'finished' }>;

export class Everywhere {
  /** `null`: nothing is searched for. */
  found = $state.raw<readonly FoundKey[] | null>(null);
  /** What the keys that are shown were searched for. */
  foundFor = $state('');
  looked = $state.raw<readonly Looked[]>([]);
  /** How many accounts are looked at; `null`: not looked yet. */
  of = $state<number | null>(null);
  looking = $state(false);
  stopping = $state(false);
  stopped = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #search = $state('');
  #number = 0;
  #run = '';

  constructor(readonly session: Session) {}

  get search(): string {
    return this.#search;
  }

  set search(search: string) {
    this.#search = search;
    void this.find();
  }

  async find(): Promise<void> {
    const number = ++this.#number;
    const search = this.#search.trim();
    if (search === '') {
      this.found = null;
      this.trouble = null;
      return;
    }
    try {
      const found = await this.session.backend.findEverywhere(search);
      if (number !== this.#number) return;
      this.found = found;
      this.foundFor = search;
      this.trouble = null;
    } catch (thrown) {
      if (number === this.#number) this.trouble = { problem: problemFrom(thrown), where: { is: 'searchingEverywhere' }, again: () => void this.find() };
    }
  }

  async look(): Promise<void> {
    if (this.looking) return;
    const run = crypto.randomUUID();
    this.#run = run;
    this.looking = true;
    this.stopped = false;
    this.looked = [];
    this.of = this.session.accounts.length;
    try {
      await this.session.backend.lookEverywhere(run, (event) => this.#take(event));
    } catch (thrown) {
      this.trouble = { problem: problemFrom(thrown), where: { is: 'lookingEverywhere' }, again: () => void this.look() };
    } finally {
      this.looking = false;
      this.stopping = false;
    }
  }

  async stop(): Promise<void> {
    if (!this.looking || this.stopping) return;
    this.stopping = true;
    await this.session.backend.stop(this.#run).catch(() => (this.stopping = false));
  }

  /** Shows the keys of an account, read anew. */
  show(account: Account): void {
    this.session.show(account);
    this.session.places.go('keys');
    void this.session.inventory(account).readAnew();
  }

  #take(event: EverywhereEvent): void {
    if (event.is === 'finished') this.stopped = event.stopped;
    else this.looked = [...this.looked, event];
  }
}
