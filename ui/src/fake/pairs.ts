// A pair made here, and the private key in the keychain.

import type { Pair } from '../bindings/Pair';
import type { Place } from '../bindings/Place';
import type { SavedFile } from '../bindings/SavedFile';
import type { SavedPair } from '../bindings/SavedPair';
import type { Saving } from '../bindings/Saving';
import type { FakeBackend } from '../fake';
import { groupsOf } from '../fingerprint';
import { fingerprint } from './data';
import { inTurn } from './files';

export class FakePairs {
  readonly saved: Saving[] = [];
  forgotten = 0;
  /** The password is shown, and the window is kept out of captures. */
  shown = false;
  #made = 0;
  #places = 0;
  #place: Place | undefined;

  constructor(readonly backend: FakeBackend) {}

  async make(): Promise<Pair> {
    await this.backend.wait(60);
    this.#made += 1;
    return { id: `pair-${this.#made}`, groups: groupsOf(fingerprint(77)) };
  }

  async kept(): Promise<Pair> {
    await this.backend.wait(60);
    const { keptProblem } = this.backend.scene.pairs;
    if (keptProblem) throw keptProblem;
    return { id: 'pair-kept', groups: groupsOf(fingerprint(2)) };
  }

  async password(): Promise<string> {
    return 'hfq7w-mzk4t-9rbce-x3vdn-pa6gj-y8sue';
  }

  async show(): Promise<string> {
    this.shown = true;
    return this.password();
  }

  async hide(): Promise<void> {
    this.shown = false;
  }

  async choosePlace(name: string): Promise<Place | null> {
    await this.backend.wait(100);
    const place = inTurn(this.backend.scene.pairs.places, this.#places++);
    this.#place = place ? { ...place, name: place.name || name } : undefined;
    return this.#place ?? null;
  }

  async save(_: string, saving: Saving): Promise<SavedPair> {
    await this.#save(saving);
    const { name, folder } = this.#place as Place;
    this.backend.confirmed = { is: 'madeHere', at: Date.now() };
    this.backend.key = {
      id: `key-pair-${this.#made}`,
      source: { from: 'madeHere', name, folder },
      downloadedFrom: null,
      holds: 'privateKey',
      groups: groupsOf(fingerprint(77)),
      namedLikeApiKey: false,
    };
    return { key: this.backend.key, notKept: saving.keep ? this.backend.scene.pairs.notKept : null };
  }

  async saveKept(saving: Saving): Promise<SavedFile> {
    await this.#save(saving);
    const { name, folder } = this.#place as Place;
    return { name, folder };
  }

  async #save(saving: Saving): Promise<void> {
    await this.backend.wait(900);
    const { saveProblem } = this.backend.scene.pairs;
    if (saveProblem && this.saved.length === 0 && this.#places === 1) throw saveProblem;
    this.saved.push(saving);
  }

  async forget(): Promise<void> {
    this.shown = false;
    this.forgotten += 1;
  }
}
