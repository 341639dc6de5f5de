// All that is stored here, being removed, and damaged records that were set aside.

import type { Everything } from '../bindings/Everything';
import type { KeptPrivateKey } from '../bindings/KeptPrivateKey';
import type { Pair } from '../bindings/Pair';
import type { Problem } from '../bindings/Problem';
import type { Saving } from '../bindings/Saving';
import type { SetAside } from '../bindings/SetAside';
import type { FakeBackend } from '../fake';
import { groupsOf } from '../fingerprint';
import { apps, company, fingerprint, now, person } from './data';
import { inTurn } from './files';

export interface EverythingScene {
  readonly setAside: SetAside | null;
  /** What there is: the next one after a problem, and after a removal that was asked for; the last one stays. */
  readonly lists: readonly (Omit<Everything, 'id'> | Problem)[];
  /** What removing answers, in turn; the last one stays. */
  readonly removals: readonly ('done' | 'never' | Problem)[];
}

const day = 86_400_000;

const pairOf = (fingerprint: string) => `pair-kept-${fingerprint}`;

const onlyHere: readonly KeptPrivateKey[] = [
  { fingerprint: fingerprint(4), name: 'Main marketplace key', app: null, allApps: true, account: company.id, since: now - 40 * day, saved: false },
  { fingerprint: fingerprint(5), name: null, app: apps[5] ?? null, allApps: false, account: company.id, since: now - 3 * day, saved: false },
  { fingerprint: fingerprint(90), name: null, app: null, allApps: false, account: null, since: now - 400 * day, saved: false },
];

export const all: Omit<Everything, 'id'> = {
  accounts: [company.name, person.name],
  privateKeys: [...onlyHere],
  described: 11,
  entries: 148,
  undecided: 0,
  replacements: 1,
  setAside: [],
};

export const everything: EverythingScene = { setAside: null, lists: [all], removals: ['done'] };

export class FakeEverything {
  /** The private keys that were given up, once everything was removed. */
  readonly removed: (readonly string[])[] = [];
  knows = false;
  ended = false;
  /** Pairs whose private key is in a file, and those whose file somebody can open. */
  readonly #saved = new Set<string>();
  readonly #openable = new Set<string>();
  #turn = { list: 0, removal: 0 };
  #listed = 0;

  constructor(readonly backend: FakeBackend) {}

  get setAside(): SetAside | null {
    return this.knows ? null : this.backend.scene.everything.setAside;
  }

  async know(): Promise<void> {
    await this.backend.wait(20);
    this.knows = true;
  }

  async list(): Promise<Everything> {
    await this.backend.wait(120);
    const list = inTurn(this.backend.scene.everything.lists, this.#turn.list);
    if ('code' in list) {
      this.#turn.list += 1;
      throw list;
    }
    this.#listed += 1;
    return { ...list, id: `everything-${this.#listed}`, privateKeys: list.privateKeys.map((one) => ({ ...one, saved: this.#isSaved(pairOf(one.fingerprint)) })) };
  }

  async kept(fingerprint: string): Promise<Pair> {
    await this.backend.wait(60);
    const { keptProblem } = this.backend.scene.pairs;
    if (keptProblem) throw keptProblem;
    return { id: pairOf(fingerprint), groups: groupsOf(fingerprint) };
  }

  /** The private key of this pair is in a file, too. */
  saved(pair: string, saving: Saving): void {
    this.#saved.add(pair);
    if (!saving.protected) this.#openable.add(pair);
  }

  /** Somebody has the password of this pair. */
  passwordNoted(pair: string): void {
    this.#openable.add(pair);
  }

  #isSaved(pair: string): boolean {
    return this.#saved.has(pair) && this.#openable.has(pair);
  }

  async remove(givenUp: readonly string[]): Promise<void> {
    this.#turn.list += 1;
    const answer = inTurn(this.backend.scene.everything.removals, this.#turn.removal++);
    if (answer === 'never') await new Promise<never>(() => {});
    await this.backend.wait(600);
    if (typeof answer === 'object') throw answer;
    this.removed.push(givenUp);
  }

  async quit(): Promise<void> {
    this.ended = true;
  }
}
