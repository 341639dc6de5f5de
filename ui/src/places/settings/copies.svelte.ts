// Copies of names and history: saving one, and bringing one in after it was shown what it brings.

import type { Trouble } from '../../asking.svelte';
import type { CopyDraft } from '../../bindings/CopyDraft';
import type { SavedFile } from '../../bindings/SavedFile';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import { stamp } from '../../words/format';
import type { Where } from '../../words/en/problems';

export class Copies {
  busy = $state<'saving' | 'choosing' | 'bringing' | null>(null);
  saved = $state.raw<SavedFile | null>(null);
  /** The copy that was chosen, while the person decides. */
  chosen = $state.raw<CopyDraft | null>(null);
  trouble = $state.raw<Trouble | null>(null);

  constructor(readonly session: Session) {}

  /** The chosen copy has something that is not here. */
  get isNew(): boolean {
    if (this.chosen === null) return false;
    const { names, notes, entries } = this.chosen.brings;
    return names + notes + entries > 0;
  }

  save(): Promise<void> {
    const name = `latchkey_names_and_history_${stamp(Date.now()).slice(0, 10)}.json`;
    return this.#work('saving', { is: 'savingFile' }, () => this.save(), async () => {
      this.saved = (await this.session.backend.saveCopy(words.settings.saveTitle, name)) ?? this.saved;
    });
  }

  choose(): Promise<void> {
    return this.#work('choosing', { is: 'choosingCopy' }, () => this.choose(), async () => {
      this.chosen = await this.session.backend.chooseCopy(words.settings.chooseCopy);
    });
  }

  bringIn(): Promise<void> {
    const { chosen } = this;
    return this.#work('bringing', { is: 'bringingIn' }, () => this.bringIn(), async () => {
      if (chosen === null) return;
      await this.session.backend.bringIn(chosen.id);
      this.chosen = null;
      this.session.announcer.say(words.settings.bring.done);
      // The names that came are in what is read next.
      const { shown } = this.session;
      if (shown.is === 'account') void this.session.inventory(shown.account).readAnew();
    });
  }

  leave(): void {
    if (this.busy === 'bringing') return;
    this.chosen = null;
    this.trouble = null;
  }

  async #work(busy: NonNullable<Copies['busy']>, where: Where, again: () => Promise<void>, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    this.trouble = null;
    try {
      await act();
    } catch (thrown) {
      const problem = problemFrom(thrown);
      // The copy is no longer held: it has to be chosen again.
      if (problem.code === 'gone') this.chosen = null;
      this.trouble = { problem, where, again: () => void again() };
    } finally {
      this.busy = null;
    }
  }
}
