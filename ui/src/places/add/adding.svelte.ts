// Adding a key: three steps, one decision each, and what came of it. Nothing that was chosen is lost on the way
// back or by a problem.

import type { Trouble } from '../../asking.svelte';
import type { AddDraft } from '../../bindings/AddDraft';
import type { AppRow } from '../../bindings/AppRow';
import type { HeldFile } from '../../bindings/HeldFile';
import type { KeyFileDraft } from '../../bindings/KeyFileDraft';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import type { ReadBack } from '../../bindings/ReadBack';
import type { SavedFile } from '../../bindings/SavedFile';
import type { SavedPair } from '../../bindings/SavedPair';
import type { Scope } from '../../bindings/Scope';
import type { Work } from '../../bindings/Work';
import { digitsIn, spokenGroups, strayLetter } from '../../fingerprint';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';
import { PrivateKeySaving } from '../files/saving.svelte';
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

/** What is settled when the dialog opens, and who wants to know how it went. */
export interface AddFrom {
  /** Chosen beforehand; another one can be chosen. */
  readonly app?: AppRow;
  /** Chosen already. */
  readonly key?: KeyFileDraft;
  /** Taken as soon as the dialog opens. */
  readonly file?: HeldFile;
  /** Opens with a new pair. */
  readonly pair?: boolean;
  /** The replacement it is the new key of. */
  readonly work?: Work;
  /** The key is registered. Called instead of saying so. */
  readonly onadded?: (key: KeyRow) => void;
  /** Apple takes no second key; the person wants to remove the old one first. */
  readonly onremovefirst?: () => void;
  /** It was closed without that. */
  readonly onclose?: () => void;
}

/** A private key that was saved here, and how. */
export interface Made extends SavedFile {
  readonly protected: boolean;
  readonly kept: boolean;
}

export class Adding {
  step = $state<Step>('key');
  busy = $state<Busy | null>(null);
  trouble = $state.raw<Trouble | null>(null);

  file = $state.raw<KeyFileDraft | null>(null);
  /** A private key that asks for its password. */
  locked = $state.raw<HeldFile | null>(null);
  /** A pair that is made here, from its making until the dialog is closed. */
  pair = $state.raw<PrivateKeySaving<SavedPair> | null>(null);
  made = $state.raw<Made | null>(null);
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
    readonly from: AddFrom = {},
  ) {
    if (from.app) this.#app = from.app;
    if (from.key) this.#hold(from.key);
    if (from.key && this.known) this.step = 'useFor';
    if (from.file) void this.take(from.file);
    if (from.pair) void this.makePair();
  }

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

  /** What a replacement's new key has to be for; `null`: the person chooses. */
  get fixed(): Scope | null {
    const { work } = this.from;
    if (!work) return null;
    if (work.app) return { for: 'oneApp', app: work.app.id };
    return work.old.usedFor.is === 'allApps' ? { for: 'allApps' } : null;
  }

  get #chosen(): Scope | null {
    if (this.fixed || this.#scope === 'allApps') return this.fixed ?? { for: 'allApps' };
    return this.#app && { for: 'oneApp', app: this.#app.app.id };
  }

  /** Nobody has to say whether the chosen key is the right one. */
  get known(): boolean {
    if (this.file === null) return false;
    const { source, groups } = this.file;
    return source.from === 'madeHere' || (source.from === 'activity' && !groups.includes(null));
  }

  /** Something is under way that can't be taken back. */
  get unstoppable(): boolean {
    return this.busy === 'sending' || this.pair?.busy === 'saving';
  }

  /** The chosen key is the one that is to be replaced. */
  get same(): boolean {
    return this.from.work !== undefined && this.prepared?.already === this.from.work.old.id;
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
        if (this.pair && !this.pair.saved) return this.pair.pair !== null && this.pair.busy === null && this.pair.odd === null;
        if (this.pair?.passwordMissing) return false;
        if (this.file === null) return false;
        if (this.answer !== null || this.known) return true;
        return this.file.holds === 'privateKey' ? this.never : this.stray === null && this.typedGroups >= spokenGroups && this.by.trim() !== '';
      case 'useFor':
        return this.#chosen !== null;
      case 'check':
        return this.prepared !== null && !this.same && (this.prepared.already === null || this.from.work !== undefined);
    }
  });

  choose(): Promise<void> {
    return this.#take(() => this.session.backend.chooseFile(words.add.chooseTitle), () => this.choose());
  }

  paste(): Promise<void> {
    return this.#take(() => this.session.backend.pasteText(), () => this.paste());
  }

  /** Takes a file that is held already. */
  take(file: HeldFile): Promise<void> {
    return this.#take(async () => file, () => this.choose());
  }

  /** Takes what was dropped. */
  async takeFiles(files: readonly HeldFile[]): Promise<void> {
    const [file, second] = files;
    if (this.step !== 'key' || this.outcome !== null || this.busy !== null || this.pair !== null || !file) this.session.ignoreDrop();
    else if (second) this.#tell({ code: 'oneFileOnly', at: Date.now() }, { is: 'choosingKey' }, () => this.choose());
    else await this.take(file);
  }

  #take(get: () => Promise<HeldFile | null>, again: () => Promise<void>): Promise<void> {
    return this.#work('choosing', { is: 'choosingKey' }, again, async () => {
      const file = await get();
      if (file === null) return () => {};
      if (file.locked) {
        return () => {
          this.#hold(null);
          this.locked = file;
        };
      }
      const key = await this.session.backend.takeKeyFile(file.id, this.account.id);
      return () => this.#hold(key);
    });
  }

  /** Makes a new pair, to be saved before anything is sent. */
  async makePair(): Promise<void> {
    if (this.busy !== null || this.pair !== null) return;
    const { backend } = this.session;
    const pair: PrivateKeySaving<SavedPair> = new PrivateKeySaving(this.session, {
      get: () => backend.newPair(this.account.id),
      save: async ({ id }, saving) => {
        const saved = await backend.saveNewPair(id, this.account.id, saving);
        this.#hold(saved.key);
        const { source } = saved.key;
        if (source.from === 'madeHere') {
          this.made = { name: source.name, folder: source.folder, protected: saving.protected, kept: saving.keep && saved.notKept === null };
        }
        return saved;
      },
      name: words.pair.fileName,
    });
    this.trouble = null;
    this.locked = null;
    this.pair = pair;
    await pair.get();
  }

  /** Forgets the pair and its password; what was saved stays. */
  leavePair(): void {
    this.pair?.leave();
    this.pair = null;
  }

  #hold(file: KeyFileDraft | null): void {
    this.file = file;
    this.locked = null;
    this.made = null;
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
    if (this.step === 'key') await (this.pair && !this.pair.saved ? this.pair.save() : this.#confirm());
    else if (this.step === 'useFor') await this.prepare();
    else await this.#send();
  }

  back(): void {
    if (this.busy === 'sending') return;
    this.#abandon();
    this.trouble = null;
    this.#go(this.step === 'check' ? 'useFor' : 'key');
  }

  /** The dialog was closed: a pair is forgotten, what was chosen stays for the next time, and the summary is read anew then. */
  leave(): void {
    this.#abandon();
    this.trouble = null;
    this.leavePair();
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
    if (file === null || this.answer !== null || this.known) {
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
    const { file } = this;
    const scope = this.#chosen;
    if (file === null || scope === null) return;
    await this.#work('preparing', { is: 'preparing', saved: this.made }, () => this.prepare(), async () => {
      const work = this.from.work?.id ?? null;
      const prepared = await this.session.backend.prepareAdd({ account: this.account.id, key: file.id, scope, work });
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
    await this.#work('sending', { is: 'adding', saved: this.made, replacing: this.from.work !== undefined }, () => this.#send(), async () => {
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
      const problem = this.#tell(thrown, where, again);
      if (problem.code === 'gone') {
        this.#hold(null);
        this.#go('key');
      }
    } finally {
      if (number === this.#number) this.busy = null;
    }
  }

  #tell(thrown: unknown, where: Where, again: () => Promise<void>): Problem {
    const problem = problemFrom(thrown);
    this.trouble = { problem, where, again: () => void again() };
    return problem;
  }
}
