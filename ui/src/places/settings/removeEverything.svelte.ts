// Removing everything that is stored here: what there is, each private key saved or given up, and what came of it.

import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { Asking } from '../../asking.svelte';
import type { Everything } from '../../bindings/Everything';
import type { KeptPrivateKey } from '../../bindings/KeptPrivateKey';
import type { Problem } from '../../bindings/Problem';
import type { SavedFile } from '../../bindings/SavedFile';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';

export type Step = 'list' | 'keys' | 'check';

/** Whether it is saved is what the core says. `'saved'`: in a file whose name is not known any more. */
export type Settled = SavedFile | 'saved' | 'givenUp' | null;

/** Whether nothing is there that was not there before. */
function isWithin(now: Everything, before: Everything): boolean {
  const known = new Set(before.privateKeys.map(({ fingerprint }) => fingerprint));
  return now.accounts.every((name) => before.accounts.includes(name)) && now.privateKeys.every(({ fingerprint }) => known.has(fingerprint)) && now.undecided <= before.undecided;
}

export class RemovingEverything {
  readonly asking = new Asking<'listing' | 'removing'>();
  list = $state.raw<Everything | null>(null);
  step = $state<Step>('list');
  /** What is known of a removal that failed: nothing was removed, or it has begun and there is no way back. */
  failed = $state<'untouched' | 'begun' | 'unknown' | null>(null);
  readonly #files = new SvelteMap<string, SavedFile>();
  readonly #givenUp = new SvelteSet<string>();

  constructor(readonly session: Session) {}

  /** What became of each private key, in the order of the list. */
  readonly keys = $derived((this.list?.privateKeys ?? []).map((key) => ({ key, settled: this.#settled(key) })));
  readonly unsettled = $derived(this.keys.filter(({ settled }) => settled === null).map(({ key }) => key));
  /** What it goes through: private keys are only asked about where there are some. */
  readonly steps = $derived<readonly Step[]>(this.keys.length > 0 ? ['list', 'keys', 'check'] : ['list', 'check']);
  readonly givenUp = $derived(this.keys.filter(({ settled }) => settled === 'givenUp').map(({ key }) => key));

  #settled({ fingerprint, saved }: KeptPrivateKey): Settled {
    if (saved) return this.#files.get(fingerprint) ?? 'saved';
    return this.#givenUp.has(fingerprint) ? 'givenUp' : null;
  }

  look(): Promise<void> {
    this.step = 'list';
    return this.asking.ask('listing', { is: 'listingEverything' }, () => void this.look(), async () => {
      const list = await this.session.backend.everything();
      return () => void (this.list = list);
    });
  }

  /** The dialog that saves the private key was closed. `file`: where it is now, if it can be opened there. */
  async afterSaving({ fingerprint }: KeptPrivateKey, file: SavedFile | null): Promise<void> {
    if (file !== null) {
      this.#files.set(fingerprint, file);
      this.#givenUp.delete(fingerprint);
    }
    await this.#lookAgain();
  }

  /** What counts as saved may have changed. Whatever came besides is shown before it is gone on. */
  #lookAgain(): Promise<void> {
    return this.asking.ask('listing', { is: 'listingEverything' }, () => void this.#lookAgain(), async () => {
      const [before, now] = [this.list, await this.session.backend.everything()];
      return () => {
        this.list = now;
        if (before !== null && isWithin(now, before)) return;
        this.step = 'list';
        this.failed = 'untouched';
        throw { code: 'everythingChanged', at: Date.now() } satisfies Problem;
      };
    });
  }

  giveUp({ fingerprint }: KeptPrivateKey, given: boolean): void {
    if (given) this.#givenUp.add(fingerprint);
    else this.#givenUp.delete(fingerprint);
  }

  /** Whether the step can be left forwards. */
  readonly answered = $derived(this.list !== null && (this.step === 'list' || this.unsettled.length === 0));

  next(): void {
    if (!this.answered || this.asking.busy !== null) return;
    this.asking.trouble = null;
    this.#go(1);
  }

  back(): void {
    if (this.asking.busy === null) this.#go(-1);
  }

  #go(by: 1 | -1): void {
    this.step = this.steps[this.steps.indexOf(this.step) + by] ?? this.step;
  }

  async remove(): Promise<void> {
    const { list } = this;
    if (list === null || this.unsettled.length > 0) return;
    const givenUp = this.givenUp.map(({ fingerprint }) => fingerprint);
    await this.asking.ask('removing', { is: 'removingEverything' }, () => void this.remove(), async () => {
      try {
        await this.session.backend.removeEverything(list.id, givenUp);
      } catch (thrown) {
        await this.#failed();
        throw thrown;
      }
      return () => this.session.removedEverything();
    });
  }

  /** Whether anything was removed is what the core says now, not what failed. */
  async #failed(): Promise<void> {
    try {
      this.list = await this.session.backend.everything();
      this.step = 'list';
      this.failed = 'untouched';
    } catch (thrown) {
      if (this.failed !== 'begun') this.failed = problemFrom(thrown).code === 'removing' ? 'begun' : 'unknown';
    }
  }

  leave(): void {
    this.asking.leave();
  }
}
