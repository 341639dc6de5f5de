// How requests get to Apple, and the proxy that the person gives.

import { Asking } from '../../asking.svelte';
import type { Connection as Way } from '../../bindings/Connection';
import type { ProxyTrouble } from '../../bindings/ProxyTrouble';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';

export class Connection {
  readonly asking = new Asking<'reading' | 'saving'>();
  /** `null`: not known yet. */
  way = $state.raw<Way | null>(null);
  typed = $state('');
  /** Why what was typed is no proxy that can be used. */
  unusable = $state<ProxyTrouble | null>(null);

  constructor(readonly session: Session) {}

  read(): Promise<void> {
    return this.asking.ask('reading', { is: 'readingConnection' }, () => void this.read(), async () => {
      const way = await this.session.backend.connection();
      return () => this.#take(way, this.untouched);
    });
  }

  /** What the field shows is what is used: nothing is being typed. */
  get untouched(): boolean {
    return this.typed === (this.way?.ownProxy ?? '');
  }

  save(): Promise<void> {
    const { typed } = this;
    return this.#use(typed, { is: 'savingProxy' }, () => void this.save());
  }

  /** As this computer is set. */
  useSystem(): Promise<void> {
    return this.#use('', { is: 'usingSystemProxy' }, () => void this.useSystem());
  }

  /** What holds a login doesn't stay where nobody looks at it. */
  leave(): void {
    if (!this.typed.includes('@')) return;
    this.typed = this.way?.ownProxy ?? '';
    this.unusable = null;
  }

  #use(address: string, where: Where, again: () => void): Promise<void> {
    this.unusable = null;
    if (this.asking.busy === 'reading') this.asking.leave();
    return this.asking.ask('saving', where, again, async () => {
      try {
        const way = await this.session.backend.useProxy(address);
        return () => {
          this.#take(way, true);
          this.session.announcer.say(words.connection.saved);
        };
      } catch (thrown) {
        const problem = problemFrom(thrown);
        if (problem.code !== 'proxyUnusable') throw thrown;
        const { why } = problem.facts;
        return () => {
          this.unusable = why;
          if (why === 'login') this.typed = this.typed.slice(this.typed.lastIndexOf('@') + 1);
        };
      }
    });
  }

  #take(way: Way, whole: boolean): void {
    this.way = way;
    if (whole) this.typed = way.ownProxy ?? '';
  }
}
