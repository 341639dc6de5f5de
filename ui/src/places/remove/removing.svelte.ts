// Removing a key: what Apple has now, the six characters, and what came of it.

import { Asking } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import type { RemoveDraft } from '../../bindings/RemoveDraft';
import type { RemoveReadBack } from '../../bindings/RemoveReadBack';
import type { ShownUse } from '../../bindings/ShownUse';
import type { UsedFor } from '../../bindings/UsedFor';
import type { Work } from '../../bindings/Work';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Lost } from '../add/lost.svelte';

/** What the window shows of the key: any difference from what Apple has stops it. */
export type Shown = Pick<KeyRow, 'id' | 'name' | 'usedFor' | 'fingerprint'>;

export type Outcome = { is: 'done'; at: Moment; readBack: RemoveReadBack } | { is: 'alreadyGone'; at: Moment } | { is: 'lost'; lost: Lost };

/** How many characters of the ID are asked for. The core compares them. */
export const asked = 6;

export class Removing {
  readonly asking = new Asking<'preparing' | 'sending'>();
  prepared = $state.raw<RemoveDraft | null>(null);
  typed = $state('');
  /** What was typed are not the last characters of the ID. */
  wrong = $state(false);
  outcome = $state.raw<Outcome | null>(null);
  shown = $state.raw<Shown>() as Shown;

  constructor(
    readonly session: Session,
    readonly account: Account,
    shown: Shown,
    /** The replacement it is the old key of. */
    readonly work: Work | null = null,
  ) {
    this.shown = shown;
  }

  get name(): string {
    return this.shown.name ?? words.keys.unnamed;
  }

  readonly answered = $derived(this.prepared !== null && this.typed.trim().length >= asked && !this.wrong);

  /** Reads from Apple what is about to be removed. Nothing is changed. */
  prepare(): Promise<void> {
    this.#hold(null);
    const { id, fingerprint, usedFor } = this.shown;
    return this.asking.ask('preparing', { is: 'preparingRemoval' }, () => void this.#againAfter(), async () => {
      const request = { account: this.account.id, key: id, fingerprint, usedFor: shownUse(usedFor), work: this.work?.id ?? null };
      const prepared = await this.session.backend.prepareRemove(request);
      return () => {
        this.#hold(prepared);
        this.session.inventory(this.account).change(prepared.key);
      };
    });
  }

  #hold(prepared: RemoveDraft | null): void {
    this.prepared = prepared;
    this.typed = '';
    this.wrong = false;
  }

  /** What differed is looked at before anything else is tried. */
  #againAfter(): Promise<void> {
    const code = this.asking.trouble?.problem.code;
    return code === 'keyChanged' || code === 'keyGone' ? this.showApples() : this.prepare();
  }

  /** Takes what Apple has for what is shown, and asks anew. */
  async showApples(): Promise<void> {
    let there = false;
    await this.asking.ask('preparing', { is: 'preparingRemoval' }, () => void this.showApples(), async () => {
      const fresh = await this.session.backend.readKey(this.account.id, this.shown.id);
      return () => {
        if (fresh.key === null) this.#ended({ is: 'alreadyGone', at: fresh.at });
        else {
          there = true;
          this.shown = fresh.key;
          this.session.inventory(this.account).change(fresh.key);
        }
      };
    });
    if (there) await this.prepare();
  }

  typedAnew(): void {
    this.wrong = false;
  }

  async send(): Promise<void> {
    const { prepared } = this;
    if (prepared === null || !this.answered) return;
    await this.asking.ask('sending', { is: 'removing' }, () => void this.#againAfter(), async () => {
      const removed = await this.session.backend.commitRemove(prepared.id, this.typed.trim()).catch((thrown: unknown) => {
        const problem = problemFrom(thrown);
        if (problem.code === 'wrongLastSix') return problem;
        // The core keeps the failure of a draft for ever: what is sent next is prepared and agreed to anew.
        this.#hold(null);
        throw problem;
      });
      return () => {
        if ('code' in removed) this.wrong = true;
        else if (removed.is === 'unknown') this.outcome = { is: 'lost', lost: this.session.lose(removed.pending, removed.problem) };
        else this.#ended(removed);
      };
    });
  }

  #ended(outcome: Exclude<Outcome, { is: 'lost' }>): void {
    const stillShown = outcome.is === 'done' && outcome.readBack.is === 'stillShown';
    if (!stillShown) this.session.inventory(this.account).drop(this.shown.id);
    this.outcome = outcome;
    if (outcome.is === 'done' && outcome.readBack.is === 'gone') this.session.announcer.say(words.remove.done.announced(this.name));
  }
}

function shownUse(usedFor: UsedFor): ShownUse {
  switch (usedFor.is) {
    case 'allApps':
      return { is: 'allApps' };
    case 'app':
      return { is: 'app', app: usedFor.app.id };
    case 'looking':
    case 'unknown':
      return { is: 'unknown' };
  }
}
