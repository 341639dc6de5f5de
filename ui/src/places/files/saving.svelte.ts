// Saving a private key in a file that the person chooses: one made just now, or one from the keychain. The password
// is made by the core and comes here only to be shown.

import type { Trouble } from '../../asking.svelte';
import type { Pair } from '../../bindings/Pair';
import type { Place } from '../../bindings/Place';
import type { Saving } from '../../bindings/Saving';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';

/** Where the pair comes from, and what saving it answers. */
export interface Ways<Answer> {
  readonly get: () => Promise<Pair>;
  readonly save: (pair: Pair, saving: Saving) => Promise<Answer>;
  /** The name that is proposed for the file. */
  readonly name: string;
}

export interface Saved<Answer> {
  readonly place: Place;
  readonly saving: Saving;
  readonly answer: Answer;
}

export class PrivateKeySaving<Answer> {
  pair = $state.raw<Pair | null>(null);
  withPassword = $state(true);
  keep = $state(false);
  busy = $state<'getting' | 'choosing' | 'saving' | null>(null);
  /** A place that is none for a private key, until the person says what to do. */
  odd = $state.raw<Place | null>(null);
  saved = $state.raw<Saved<Answer> | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** The password, while it is shown. */
  password = $state<string | null>(null);
  /** The person has seen or copied the password. */
  noted = $state(false);
  /** The person wants to see the password, and the window is to be kept out of captures. */
  #shows = false;
  #left = false;

  constructor(
    readonly session: Session,
    readonly ways: Ways<Answer>,
  ) {}

  /** The file that was saved opens only with a password that nobody has. */
  get passwordMissing(): boolean {
    return this.saved !== null && this.saved.saving.protected && !this.noted;
  }

  get(): Promise<void> {
    return this.#work('getting', { is: 'gettingPair' }, () => this.get(), async () => {
      const pair = await this.ways.get();
      if (this.#left) this.#forget(pair);
      else this.pair = pair;
    });
  }

  /** Asks for a place and saves there; an odd one is said first. */
  async save(): Promise<void> {
    const { pair } = this;
    if (pair === null || this.saved !== null) return;
    let place: Place | null = null;
    await this.#work('choosing', { is: 'savingPrivateKey' }, () => this.save(), async () => {
      place = await this.session.backend.choosePlace(words.pair.chooseTitle, this.ways.name, pair.id);
    });
    if (place === null || this.#left) return;
    if ((place as Place).odd !== null) this.odd = place;
    else await this.#write(pair, place);
  }

  /** The person knows that the place is odd. */
  async saveThere(): Promise<void> {
    const { pair, odd } = this;
    if (pair !== null && odd !== null) await this.#write(pair, odd);
  }

  async #write(pair: Pair, place: Place): Promise<void> {
    this.odd = null;
    const saving = { protected: this.withPassword, keep: this.keep };
    await this.#work('saving', { is: 'savingPrivateKey' }, () => this.save(), async () => {
      const answer = await this.ways.save(pair, saving);
      this.saved = { place, saving, answer };
    });
  }

  async showPassword(): Promise<void> {
    const { pair } = this;
    if (pair === null || this.#shows) return;
    this.#shows = true;
    try {
      const password = await this.session.backend.showPairPassword(pair.id);
      if (!this.#shows) return this.#hide(pair);
      this.password = password;
      this.noted = true;
    } catch (thrown) {
      this.#shows = false;
      this.#tell(thrown, { is: 'savingPrivateKey' }, () => this.showPassword());
    }
  }

  /** The window may be captured again. */
  hidePassword(): void {
    this.#shows = false;
    if (this.password === null || this.pair === null) return;
    this.password = null;
    this.#hide(this.pair);
  }

  #hide(pair: Pair): void {
    this.session.backend.hidePairPassword(pair.id).catch(() => {});
  }

  async copyPassword(): Promise<void> {
    const { pair } = this;
    if (pair === null) return;
    try {
      await this.session.backend.copyPairPassword(pair.id);
      this.noted = true;
      this.session.announcer.say(words.common.copied);
    } catch (thrown) {
      this.#tell(thrown, { is: 'copying' }, () => this.copyPassword());
    }
  }

  /** Forgets the pair and its password; what was saved stays. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.hidePassword();
    if (this.pair) this.#forget(this.pair);
  }

  #forget(pair: Pair): void {
    this.session.backend.forgetPair(pair.id).catch(() => {});
  }

  async #work(busy: 'getting' | 'choosing' | 'saving', where: Where, again: () => Promise<void>, act: () => Promise<void>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = busy;
    this.trouble = null;
    this.odd = null;
    try {
      await act();
    } catch (thrown) {
      this.#tell(thrown, where, again);
    } finally {
      this.busy = null;
    }
  }

  #tell(thrown: unknown, where: Where, again: () => Promise<void>): void {
    if (!this.#left) this.trouble = { problem: problemFrom(thrown), where, again: () => void again() };
  }
}
