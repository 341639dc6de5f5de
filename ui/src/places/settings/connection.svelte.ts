// How requests get to Apple, and the proxy that the person gives.

import { Asking } from '../../asking.svelte';
import type { Connection as Way } from '../../bindings/Connection';
import type { ProxyTrouble } from '../../bindings/ProxyTrouble';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';

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
      return () => this.#take(way);
    });
  }

  save(): Promise<void> {
    const { typed } = this;
    this.unusable = null;
    if (this.asking.busy === 'reading') this.asking.leave();
    return this.asking.ask('saving', { is: 'savingProxy' }, () => void this.save(), async () => {
      try {
        const way = await this.session.backend.useProxy(typed);
        return () => {
          this.#take(way);
          this.session.announcer.say(words.connection.saved);
        };
      } catch (thrown) {
        const problem = problemFrom(thrown);
        if (problem.code !== 'proxyUnusable') throw thrown;
        return () => (this.unusable = problem.facts.why);
      }
    });
  }

  /** As this computer is set. */
  useSystem(): Promise<void> {
    this.typed = '';
    return this.save();
  }

  #take(way: Way): void {
    this.way = way;
    this.typed = way.ownProxy ?? '';
  }
}
