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
import { digitsIn, spokenGroups } from '../../fingerprint';
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

  scope = $state<Scope['for']>('oneApp');
  search = $state('');
  app = $state.raw<AppRow | null>(null);

  prepared = $state.raw<AddDraft | null>(null);
  name = $state('');
  outcome = $state.raw<Outcome | null>(null);
  #proposed = '';

  constructor(
    readonly session: Session,
    readonly inventory: Inventory,
  ) {}

  get account() {
    return this.inventory.account;
  }

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
        return this.file.holds === 'privateKey' ? this.never : this.typedGroups >= spokenGroups && this.by.trim() !== '';
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
      if (!file) return;
      this.file = file;
      this.groups = file.groups;
      this.typed = '';
      this.differs = false;
      this.never = false;
      this.answer = null;
      this.prepared = null;
    });
  }

  /** The one forward button. */
  async next(): Promise<void> {
    if (!this.answered || this.busy !== null) return;
    if (this.step === 'key') await this.#confirm();
    else if (this.step === 'useFor') await this.prepare();
    else await this.#send();
  }

  back(): void {
    this.trouble = null;
    this.step = this.step === 'check' ? 'useFor' : 'key';
  }

  async #confirm(): Promise<void> {
    const { file } = this;
    if (file === null || this.answer !== null) {
      this.step = 'useFor';
      return;
    }
    await this.#work('confirming', { is: 'confirming' }, () => this.#confirm(), async () => {
      if (file.holds === 'privateKey') {
        await this.session.backend.neverLeftThisComputer(file.id);
        this.answer = { is: 'never' };
      } else {
        const by = this.by.trim();
        const check = await this.session.backend.confirmByVoice(file.id, this.typed, by);
        this.differs = !check.matches;
        if (!check.matches) return;
        this.groups = check.groups;
        this.answer = { is: 'byVoice', by, at: Date.now() };
      }
      this.step = 'useFor';
    });
  }

  /** Leaves the key not confirmed, on its row too. */
  async withoutConfirming(): Promise<void> {
    const { file } = this;
    if (file === null || this.busy !== null) return;
    await this.#work('confirming', { is: 'confirming' }, () => this.withoutConfirming(), async () => {
      this.groups = await this.session.backend.goOnWithoutConfirming(file.id);
      this.differs = false;
      this.answer = { is: 'without' };
      this.step = 'useFor';
    });
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
      this.prepared = await this.session.backend.prepareAdd({ account: this.account.id, key: file.id, scope });
      const proposed = this.prepared.proposedName || words.add.check.nameForAll;
      if (this.name === '' || this.name === this.#proposed) this.name = proposed;
      this.#proposed = proposed;
      this.step = 'check';
    });
  }

  async #send(): Promise<void> {
    const draft = this.prepared;
    if (draft === null) return;
    // What was sent once is not sent again: after a refusal it is prepared anew.
    await this.#work('sending', { is: 'adding' }, () => this.prepare(), async () => {
      const added = await this.session.backend.commitAdd(draft.id, this.name.trim());
      if (added.is === 'unknown') {
        this.outcome = { is: 'lost', lost: this.session.lose(added.pending, added.problem) };
      } else {
        this.inventory.put(added.key);
        this.outcome = added;
      }
    });
  }

  async #work(busy: Busy, where: Where, again: () => Promise<void>, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    this.trouble = null;
    try {
      await act();
    } catch (thrown) {
      this.trouble = { problem: problemFrom(thrown), where, again: () => void again() };
    } finally {
      this.busy = null;
    }
  }
}
