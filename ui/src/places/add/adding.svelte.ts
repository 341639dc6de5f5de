// Adding a key: three steps, one decision each, and what came of it. Nothing that was chosen is lost on the way
// back or by a problem.

import type { AddDraft } from '../../bindings/AddDraft';
import type { AppRow } from '../../bindings/AppRow';
import type { DraftId } from '../../bindings/DraftId';
import type { KeyFileDraft } from '../../bindings/KeyFileDraft';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import type { ReadBack } from '../../bindings/ReadBack';
import type { Scope } from '../../bindings/Scope';
import { digitsIn, spokenGroups, strayLetter } from '../../fingerprint';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';
import { matches } from '../keys/find';
import type { Inventory } from '../keys/inventory.svelte';
import type { Lost } from './lost.svelte';

export type Step = 'key' | 'useFor' | 'check';

/** Something is on its way; only `sending` can't be left. */
export type Busy = 'choosing' | 'confirming' | 'preparing' | 'sending';

/** Whether the chosen key is the right one, as the person answered. */
export type Answer = { is: 'byVoice'; by: string; at: Moment } | { is: 'without' } | { is: 'never' };

export type Outcome =
  | { is: 'already'; key: KeyRow }
  | { is: 'done'; key: KeyRow; at: Moment; readBack: ReadBack }
  | { is: 'lost'; lost: Lost };

/** A problem and what was being done; `again` does that once more. */
export interface Trouble {
  readonly problem: Problem;
  readonly where: Where;
  readonly again: () => void;
}

export class Adding {
  step = $state<Step>('key');
  busy = $state<Busy | null>(null);
  trouble = $state.raw<Trouble | null>(null);

  file = $state.raw<KeyFileDraft | null>(null);
  groups = $state.raw<readonly (string | null)[]>([]);
  typed = $state('');
  by = $state('');
  /** The groups that were typed are not the file's. */
  differs = $state(false);
  never = $state(false);
  answer = $state.raw<Answer | null>(null);

  search = $state('');
  #scope = $state<Scope['for']>('oneApp');
  #app = $state.raw<AppRow | null>(null);

  prepared = $state.raw<AddDraft | null>(null);
  name = $state('');
  outcome = $state.raw<Outcome | null>(null);
  #proposed = '';
  /** What was sent failed. The core keeps that for ever, so what is sent next is prepared anew. */
  #failed: Problem | null = null;
  /** Raised when what is on its way is no longer wanted. */
  #number = 0;

  constructor(
    readonly session: Session,
    readonly inventory: Inventory,
  ) {}

  get account() {
    return this.inventory.account;
  }

  get scope() {
    return this.#scope;
  }

  set scope(scope: Scope['for']) {
    this.#abandon();
    this.#scope = scope;
  }

  get app() {
    return this.#app;
  }

  set app(app: AppRow | null) {
    if (app?.app.id !== this.#app?.app.id) this.#abandon();
    this.#app = app;
  }

  /** What the summary says, to tell whether a new one says the same. */
  readonly summary = $derived(this.prepared && JSON.stringify({ ...this.prepared, id: null, proposedName: null }));

  readonly stray = $derived(strayLetter(this.typed));
  readonly typedGroups = $derived(Math.floor(digitsIn(this.typed).length / 4));

  /** The apps that the search finds, by name. */
  readonly found: readonly AppRow[] = $derived.by(() => {
    const collator = new Intl.Collator(words.language, { numeric: true });
    return this.inventory.apps
      .filter(({ app }) => this.search.trim() === '' || matches(this.search, [app.name, app.bundleId, app.id]))
      .sort((a, b) => collator.compare(a.app.name, b.app.name));
  });

  /** The one question of the step is answered. */
  readonly answered = $derived.by(() => {
    switch (this.step) {
      case 'key':
        if (this.file === null) return false;
        if (this.answer !== null) return true;
        return this.file.holds === 'privateKey' ? this.never : this.stray === null && this.typedGroups >= spokenGroups && this.by.trim() !== '';
      case 'useFor':
        return this.scope === 'allApps' || this.app !== null;
      case 'check':
        return this.prepared !== null && this.prepared.already === null;
    }
  });

  choose(): Promise<void> {
    return this.#take(() => this.session.backend.chooseKeyFile(words.add.chooseTitle, this.account.id), () => this.choose());
  }

  paste(): Promise<void> {
    return this.#take(() => this.session.backend.pasteKeyText(this.account.id), () => this.paste());
  }

  takeDrop(drop: DraftId): Promise<void> {
    return this.#take(() => this.session.backend.takeKeyFile(drop, this.account.id), () => this.choose());
  }

  #take(get: () => Promise<KeyFileDraft | null>, again: () => Promise<void>): Promise<void> {
    return this.#work('choosing', { is: 'choosingKey' }, again, async () => {
      const file = await get();
      return () => {
        if (file) this.#hold(file);
      };
    });
  }

  #hold(file: KeyFileDraft | null): void {
    this.file = file;
    this.groups = file?.groups ?? [];
    this.typed = '';
    this.differs = false;
    this.never = false;
    this.answer = null;
    this.prepared = null;
  }

  /** The one forward button. */
  async next(): Promise<void> {
    if (!this.answered || this.busy !== null) return;
    if (this.step === 'key') await this.#confirm();
    else if (this.step === 'useFor') await this.prepare();
    else await this.#send();
  }

  back(): void {
    if (this.busy === 'sending') return;
    this.#abandon();
    this.trouble = null;
    this.#go(this.step === 'check' ? 'useFor' : 'key');
  }

  /** The dialog was closed: what was chosen stays for the next time, and the summary is read anew then. */
  leave(): void {
    this.#abandon();
    this.trouble = null;
    if (this.step === 'check') this.#go('useFor');
  }

  #go(step: Step): void {
    this.step = step;
  }

  #abandon(): void {
    this.#number += 1;
    this.busy = null;
  }

  async #confirm(): Promise<void> {
    const { file } = this;
    if (file === null || this.answer !== null) {
      this.#go('useFor');
      return;
    }
    await this.#work('confirming', { is: 'confirming' }, () => this.#confirm(), async () => {
      if (file.holds === 'privateKey') {
        await this.session.backend.neverLeftThisComputer(file.id);
        return () => this.#answer({ is: 'never' });
      }
      const by = this.by.trim();
      const check = await this.session.backend.confirmByVoice(file.id, this.typed, by);
      return () => {
        this.differs = !check.matches;
        if (!check.matches) return;
        this.groups = check.groups;
        this.#answer({ is: 'byVoice', by, at: Date.now() });
      };
    });
  }

  #answer(answer: Answer): void {
    this.answer = answer;
    this.#go('useFor');
  }

  /** Leaves the key not confirmed, on its row too. */
  async withoutConfirming(): Promise<void> {
    const { file } = this;
    if (file === null || this.busy !== null) return;
    await this.#work('confirming', { is: 'confirming' }, () => this.withoutConfirming(), async () => {
      const groups = await this.session.backend.goOnWithoutConfirming(file.id);
      return () => {
        this.groups = groups;
        this.differs = false;
        this.#answer({ is: 'without' });
      };
    });
  }

  /** Confirms by voice after all: the spoken groups are hidden again. */
  confirmAfterAll(): void {
    this.groups = this.groups.map((group, index) => (index < spokenGroups ? null : group));
    this.answer = null;
  }

  /** Takes the statement back, too. */
  sayNever(never: boolean): void {
    this.never = never;
    if (!never) this.answer = null;
  }

  /** Typing anew: what was said about the old groups no longer holds. */
  typedAnew(): void {
    this.differs = false;
  }

  /** Reads from Apple what the summary says. Nothing is changed. */
  async prepare(): Promise<void> {
    const { file, app } = this;
    if (file === null) return;
    const scope: Scope | null = this.scope === 'allApps' ? { for: 'allApps' } : app && { for: 'oneApp', app: app.app.id };
    if (scope === null) return;
    await this.#work('preparing', { is: 'preparing' }, () => this.prepare(), async () => {
      const prepared = await this.session.backend.prepareAdd({ account: this.account.id, key: file.id, scope });
      return () => {
        this.prepared = prepared;
        this.#failed = null;
        const proposed = prepared.proposedName || words.add.check.nameForAll;
        if (this.name === '' || this.name === this.#proposed) this.name = proposed;
        this.#proposed = proposed;
        if (this.step !== 'check') this.#go('check');
      };
    });
  }

  async #send(): Promise<void> {
    if (this.#failed !== null && !(await this.#preparedAlike(this.#failed))) return;
    const draft = this.prepared;
    if (draft === null) return;
    await this.#work('sending', { is: 'adding' }, () => this.#send(), async () => {
      const added = await this.session.backend.commitAdd(draft.id, this.name.trim()).catch((thrown: unknown) => {
        this.#failed = problemFrom(thrown);
        throw this.#failed;
      });
      return () => {
        if (added.is === 'unknown') {
          this.outcome = { is: 'lost', lost: this.session.lose(added.pending, added.problem) };
        } else {
          this.inventory.put(added.key);
          this.outcome = added;
        }
      };
    });
  }

  /** Prepares anew after a failure. Whether that says what the person agreed to; where the key may have been sent,
      they agree once more. */
  async #preparedAlike(failed: Problem): Promise<boolean> {
    const { summary } = this;
    await this.prepare();
    return this.#failed === null && this.summary === summary && failed.code !== 'records' && failed.code !== 'unexpected';
  }

  /** `act` answers what to do with the answer, which is left undone when nobody waits for it any more. */
  async #work(busy: Busy, where: Where, again: () => Promise<void>, act: () => Promise<() => void>): Promise<void> {
    if (this.busy !== null) return;
    const number = ++this.#number;
    this.busy = busy;
    this.trouble = null;
    try {
      const take = await act();
      if (number === this.#number) take();
    } catch (thrown) {
      if (number !== this.#number) return;
      const problem = problemFrom(thrown);
      this.trouble = { problem, where, again: () => void again() };
      if (problem.code === 'gone') {
        this.#hold(null);
        this.#go('key');
      }
    } finally {
      if (number === this.#number) this.busy = null;
    }
  }
}
