// What is being changed at Apple beside adding: the dialogs that remove and replace, wherever they were opened, and the
// replacements that wait.

import type { Account } from '../../bindings/Account';
import type { AccountId } from '../../bindings/AccountId';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Work } from '../../bindings/Work';
import type { WorkId } from '../../bindings/WorkId';
import type { Session } from '../../session.svelte';
import type { Lost } from '../add/lost.svelte';
import { Removing, type Shown } from '../remove/removing.svelte';
import { finished } from './progress';
import { Replacing } from './replacing.svelte';

/** Replacements that wait in one account. */
export interface Waiting {
  readonly account: Account;
  readonly count: number;
}

export class Changes {
  /** Replacements that are not finished, of all accounts. */
  works = $state.raw<readonly Work[]>([]);
  removing = $state.raw<Removing | null>(null);
  replacing = $state.raw<Replacing | null>(null);
  /** The replacement that the person is asked about stopping. */
  stopping = $state.raw<Work | null>(null);

  constructor(readonly session: Session) {}

  of(account: AccountId): readonly Work[] {
    return this.works.filter((work) => work.account.id === account);
  }

  /** How many wait in other accounts, those of the sample account apart. */
  elsewhere(here: Account): readonly Waiting[] {
    const others = this.session.accounts.filter(({ id, sample }) => id !== here.id && sample === here.sample);
    return others.map((account) => ({ account, count: this.of(account.id).length })).filter(({ count }) => count > 0);
  }

  /** Opens its first question, or the replacement that is under way. */
  replace(account: Account, key: KeyRow['id']): void {
    const work = this.of(account.id).find(({ old }) => old.id === key);
    if (work) return this.goOn(work);
    const row = this.session.inventory(account).keys.find(({ id }) => id === key);
    this.#showReplacing(new Replacing(this, account, { id: key, name: row?.name ?? null }));
  }

  goOn(work: Work): void {
    const replacing = new Replacing(this, work.account, work.old, work);
    this.#showReplacing(replacing);
    void replacing.read();
  }

  #showReplacing(replacing: Replacing): void {
    this.removing = null;
    this.replacing = replacing;
  }

  remove(account: Account, shown: Shown, work: Work | null = null): void {
    this.replacing = null;
    this.removing = new Removing(this.session, account, shown, work);
    void this.removing.prepare();
  }

  /** The step that adds: its dialog takes the place of this one until it closes. */
  addNew(work: Work): void {
    this.replacing = null;
    this.session.add(work.account, {
      work,
      onadded: () => this.goOn(work),
      onremovefirst: () => void this.#removeFirst(work),
      onclose: () => void this.#backTo(work),
    });
  }

  /** Apple takes no second key: the old one goes first. */
  async #removeFirst(work: Work): Promise<void> {
    const replacing = new Replacing(this, work.account, work.old, work);
    this.#showReplacing(replacing);
    await replacing.change('removeFirst');
  }

  /** After a lost answer, looking for the change comes first. */
  async #backTo(work: Work): Promise<void> {
    await this.refresh(work.id);
    const now = this.works.find(({ id }) => id === work.id);
    if (now && now.pending === null && this.session.additions.lost === null) this.goOn(now);
  }

  removeOld(work: Work): void {
    const row = this.session.inventory(work.account).keys.find(({ id }) => id === work.old.id);
    this.remove(work.account, row ?? { ...work.old, fingerprint: work.oldFingerprint }, work);
  }

  /** The dialog that removes was closed. */
  removed(removing: Removing): void {
    removing.asking.leave();
    if (this.removing === removing) this.removing = null;
    const { outcome, work } = removing;
    if (outcome?.is === 'lost') {
      if (work) void this.refresh(work.id);
      this.showLost(outcome.lost);
    } else if (work) this.goOn(work);
  }

  showLost(lost: Lost): void {
    this.session.additions.lost = lost;
  }

  /** The dialog of a change that is settled was closed: the replacement it belongs to goes on, or shows its end. */
  async settled({ pending }: Lost): Promise<void> {
    if (pending.work === null) return;
    const work = await this.session.backend.readWork(pending.work).catch(() => null);
    if (!work) return;
    this.put(work);
    this.goOn(work);
  }

  /** Reads it anew. What can't be read stays as it was: opening it says so. */
  async refresh(id: WorkId): Promise<void> {
    const work = await this.session.backend.readWork(id).catch(() => null);
    if (work) this.put(work);
  }

  put(work: Work): void {
    const others = this.works.filter(({ id }) => id !== work.id);
    this.works = finished(work) ? others : [...others, work].sort((a, b) => a.begun - b.begun);
  }

  /** The account as it is now. */
  changed(account: Account): void {
    this.works = this.works.map((work) => (work.account.id === account.id ? { ...work, account } : work));
  }

  /** The account is no longer connected. */
  forget(account: AccountId): void {
    this.works = this.works.filter((work) => work.account.id !== account);
  }
}
