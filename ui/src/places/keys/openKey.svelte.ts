// One key whose panel is open: read fresh from Apple, named and described.

import { Asking } from '../../asking.svelte';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import { withApples, withKnownUse, type Inventory } from './inventory.svelte';

/** What reading the key from Apple found. */
export type Fresh =
  | { is: 'reading' }
  | { is: 'same'; at: Moment }
  /** What Apple has is shown by now. */
  | { is: 'differs'; at: Moment }
  | { is: 'gone'; at: Moment }
  | { is: 'notRead'; problem: Problem };

export class OpenKey {
  readonly describing = new Asking<'saving'>();
  readonly saving = new Asking<'saving'>();
  fresh = $state.raw<Fresh>({ is: 'reading' });
  /** The name as it is being typed; `null`: it is not. */
  name = $state<string | null>(null);
  note = $state('');
  #key = $state.raw<KeyRow>() as KeyRow;
  /** Name and note are saved one after the other: each is sent with the other as it then is. */
  #saved = Promise.resolve();

  constructor(
    readonly session: Session,
    readonly inventory: Inventory,
    key: KeyRow,
  ) {
    this.#key = key;
    this.note = key.note ?? '';
  }

  get account() {
    return this.inventory.account;
  }

  /** Its row as the list has it; a key that is gone from the list stays as it was. */
  get key(): KeyRow {
    return this.inventory.keys.find(({ id }) => id === this.#key.id) ?? this.#key;
  }

  async read(): Promise<void> {
    this.fresh = { is: 'reading' };
    const shown = this.key;
    try {
      const { key, at } = await this.session.backend.readKey(this.account.id, shown.id);
      this.fresh = { is: key === null ? 'gone' : differs(shown, key) ? 'differs' : 'same', at };
      // What was written meanwhile stays.
      if (key) this.#show(withApples(this.key, key));
    } catch (thrown) {
      this.fresh = { is: 'notRead', problem: problemFrom(thrown) };
    }
  }

  #show(key: KeyRow): void {
    this.#key = withKnownUse(key, this.key);
    this.inventory.change(key);
  }

  rename(): void {
    this.name = this.key.name ?? '';
  }

  keepName(): void {
    this.name = null;
    this.describing.trouble = null;
  }

  /** What was typed is saved, if it says something else than before. */
  async saveName(): Promise<void> {
    const typed = this.name?.trim();
    if (typed === undefined) return;
    const change = () => (typed === (this.key.name ?? '') ? null : { name: typed || null });
    await this.#describe(change, words.keys.panel.nameSaved, () => void this.saveName());
    if (this.describing.trouble === null) this.name = null;
  }

  saveNote(): Promise<void> {
    const typed = this.note.trim();
    const change = () => (typed === (this.key.note ?? '') ? null : { note: typed || null });
    return this.#describe(change, words.keys.panel.noteSaved, () => void this.saveNote());
  }

  keepNote(): void {
    this.note = this.key.note ?? '';
    this.describing.trouble = null;
  }

  #describe(change: () => Partial<Pick<KeyRow, 'name' | 'note'>> | null, saved: string, again: () => void): Promise<void> {
    this.#saved = this.#saved.then(async () => {
      const changed = change();
      if (changed === null) return;
      await this.describing.ask('saving', { is: 'describing' }, again, async () => {
        const { id, name, note } = { ...this.key, ...changed };
        const key = await this.session.backend.describeKey(this.account.id, id, name, note);
        return () => {
          this.#show(key);
          this.session.announcer.say(saved);
        };
      });
    });
    return this.#saved;
  }

  savePublicKey(): Promise<void> {
    return this.saving.ask('saving', { is: 'savingPublicKey' }, () => void this.savePublicKey(), async () => {
      const say = words.keys.panel;
      const saved = await this.session.backend.savePublicKey(say.savePublicTitle, fileName(this.key), this.account.id, this.key.id);
      return () => {
        if (saved) this.session.announcer.say(say.saved(saved.name));
      };
    });
  }

  /** A dialog of this key answered with its row. */
  changed(key: KeyRow): void {
    this.#show(key);
  }
}

/** Only what was known counts: an app that was still being looked for is no difference. */
function differs(shown: KeyRow, apples: KeyRow): boolean {
  if (shown.fingerprint !== apples.fingerprint) return true;
  const [before, now] = [shown.usedFor, apples.usedFor];
  if (before.is === 'looking' || before.is === 'unknown') return false;
  return before.is !== now.is || (before.is === 'app' && now.is === 'app' && before.app.id !== now.app.id);
}

/** A name for the file that every system takes. */
function fileName({ name, id }: KeyRow): string {
  const plain = (name ?? '').replace(/[^\p{L}\p{N}._ -]/gu, '').trim().replace(/\s+/g, '_').replace(/^\.+/, '');
  return `${plain.slice(0, 60) || id}_public.pem`;
}
