// Files that are chosen, pasted or dropped, and what they are: by their names.

import type { ApiKeyDraft } from '../bindings/ApiKeyDraft';
import type { HeldFile } from '../bindings/HeldFile';
import type { Identified } from '../bindings/Identified';
import type { Identity } from '../bindings/Identity';
import type { KeyFileDraft } from '../bindings/KeyFileDraft';
import type { KeyMatch } from '../bindings/KeyMatch';
import type { PrivateKeyCheck } from '../bindings/PrivateKeyCheck';
import type { Source } from '../bindings/Source';
import type { FakeBackend } from '../fake';
import { groupsOf, spokenGroups } from '../fingerprint';
import { company, fingerprint, keys, now, person } from './data';
import { unread } from './keys';
import type { KeyFile } from './scenes';

/** Opens every locked file of these scenes. */
export const password = 'open sesame';

interface Held {
  readonly held: HeldFile;
  readonly file: KeyFile;
}

const belongsTo = (name: string, account = company): KeyMatch[] =>
  keys.filter((key) => key.name === name).map(({ id, name, usedFor }) => ({ account, key: { id, name, usedFor } }));

const known: Record<string, Identity> = {
  'marketplace_public.pem': { is: 'publicKey', fingerprint: fingerprint(4), keys: belongsTo('Main marketplace key') },
  'wetterfrosch_private.pem': { is: 'privateKey', fingerprint: fingerprint(5), keys: belongsTo('Wetterfrosch website'), namedLikeApiKey: false },
  'papierkram_private.pem': { is: 'privateKey', fingerprint: fingerprint(77), keys: [], namedLikeApiKey: false },
  'papierkram_public.pem': { is: 'publicKey', fingerprint: fingerprint(77), keys: [] },
  'papierkram_locked.pem': { is: 'locked' },
  'AuthKey_7WJ3QN8XKD.p8': { is: 'privateKey', fingerprint: fingerprint(78), keys: [], namedLikeApiKey: true },
  'AuthKey_K7M2Q9XW4D.p8': { is: 'apiKey', account: company },
  'id_server_2019.key': { is: 'unusable', found: { kind: 'rsa', bits: 2048, private: true } },
  'lindqvist-haas-wildcard.crt': { is: 'unusable', found: { kind: 'certificate' } },
  'gone.pem': { is: 'notRead', why: 'notFound' },
};

/** Files that a person drops, one of each kind. */
export const everyKind = Object.keys(known);

export class FakeFiles {
  readonly #held = new Map<string, Held>();
  #turn = 0;

  constructor(readonly backend: FakeBackend) {}

  async choose(): Promise<HeldFile | null> {
    await this.backend.wait(100);
    const file = inTurn(this.backend.scene.keyFiles, this.#turn++);
    return file && this.#hold(file, file.name === null ? { from: 'pasted' } : { from: 'file', name: file.name, folder: 'downloads' });
  }

  async paste(): Promise<HeldFile> {
    await this.backend.wait(20);
    const file = inTurn(this.backend.scene.keyFiles, this.#turn++) ?? { name: null };
    return this.#hold(file, { from: 'pasted' });
  }

  /** Files that were dropped or opened by the system. */
  arrive(names: readonly string[]): void {
    this.#held.clear();
    const files = names.map((name) => this.#hold(fileOf(name), { from: 'file', name, folder: 'downloads' }));
    this.backend.happen({ is: 'arrived', files });
  }

  #hold(file: KeyFile, source: Source): HeldFile {
    const held: HeldFile = { id: `file-${this.#held.size + 1}-${this.#turn}`, source, locked: file.locked !== undefined };
    this.#held.set(held.id, { held, file });
    return held;
  }

  #find(id: string): Held {
    const held = this.#held.get(id);
    if (!held) throw { code: 'gone', at: Date.now() };
    return held;
  }

  async unlock(id: string, typed: string, run: string): Promise<HeldFile> {
    const { held, file } = this.#find(id);
    const stopped = new Promise<void>((resolve) => this.backend.stops.set(run, resolve));
    if (file.locked === 'slowly') {
      await stopped;
      return held;
    }
    await this.backend.wait(700);
    if (file.locked === 'tooExpensive') throw { code: 'tooExpensive', facts: { name: file.name, asked: 90_000_000, limit: 10_000_000 }, at: Date.now() };
    if (typed !== password) throw { code: 'wrongPassword', facts: { name: file.name }, at: Date.now() };
    const { locked: _, ...opened } = file;
    this.#held.set(id, { held: { ...held, locked: false }, file: { ...opened, holds: 'privateKey' } });
    return { ...held, locked: false };
  }

  async forget(): Promise<void> {
    this.#held.clear();
  }

  async takeApiKey(id: string): Promise<ApiKeyDraft> {
    await this.backend.wait(20);
    const { source } = this.#find(id).held;
    const { apiKeyProblem } = this.backend.scene;
    if (apiKeyProblem) throw apiKeyProblem;
    if (source.from === 'pasted') return { id: 'api-key-2', source, proposedId: null };
    return { id: 'api-key-1', source: { from: 'file', name: 'AuthKey_K7M2Q9XW4D.p8', folder: 'downloads' }, proposedId: 'K7M2Q9XW4D' };
  }

  async takeKeyFile(id: string): Promise<KeyFileDraft> {
    await this.backend.wait(20);
    const { held, file } = this.#find(id);
    if (file.problem) throw file.problem;
    if (held.locked) throw { code: 'passwordNeeded', facts: { name: file.name }, at: Date.now() };
    const holds = file.holds ?? 'publicKey';
    this.backend.confirmed = { is: 'no' };
    this.backend.key = {
      id: `key-${id}`,
      source: held.source,
      downloadedFrom: file.from ?? null,
      holds,
      groups: groupsOf(fingerprint(77)).map((group, index) => (holds === 'publicKey' && index < spokenGroups ? null : group)),
      namedLikeApiKey: file.name?.startsWith('AuthKey_') ?? false,
    };
    return this.backend.key;
  }

  /** The public key of a removed key, kept in Activity. */
  async addAgain(): Promise<KeyFileDraft> {
    await this.backend.wait(20);
    this.backend.confirmed = { is: 'no' };
    this.backend.key = {
      id: 'key-again',
      source: { from: 'activity' },
      downloadedFrom: null,
      holds: 'publicKey',
      groups: groupsOf(fingerprint(77)),
      namedLikeApiKey: false,
    };
    return this.backend.key;
  }

  /** Like the core: of a locked file, or one that is no private key, it can't say. */
  async check(id: string, key: string): Promise<PrivateKeyCheck> {
    await this.backend.wait(200);
    const { held, file } = this.#find(id);
    if (file.problem) throw file.problem;
    if (held.locked) throw { code: 'passwordNeeded', facts: { name: file.name }, at: Date.now() };
    if (file.holds === 'publicKey') throw { code: 'publicKeyAsPrivateKey', facts: { name: file.name }, at: Date.now() };
    const what = known[file.name ?? ''];
    const matching = what?.is === 'privateKey' ? what.keys : [];
    const row = this.backend.scene.keys.find(({ id }) => id === key);
    if (row && matching.some((match) => match.key.id === key)) {
      return { is: 'its', key: unread({ ...row, privateKey: { is: 'inAFile', name: file.name, at: now } }) };
    }
    return { is: 'another', fingerprint: what?.is === 'privateKey' ? what.fingerprint : fingerprint(77), keys: matching };
  }

  async identify(files: readonly string[], account: string | null, everywhere: boolean): Promise<Identified[]> {
    await this.backend.wait(200);
    return files.map((id) => {
      const { held, file } = this.#find(id);
      const what = known[file.name ?? ''] ?? { is: 'unusable', found: { kind: 'notAKey', text: true } };
      return { file: id, source: held.source, what: this.#compared(file, what, account, everywhere) };
    });
  }

  #compared(file: KeyFile, what: Identity, account: string | null, everywhere: boolean): Identity {
    const opened: Identity = what.is === 'locked' && file.locked === undefined ? { is: 'privateKey', fingerprint: fingerprint(77), keys: [], namedLikeApiKey: false } : what;
    if (opened.is !== 'publicKey' && opened.is !== 'privateKey') return opened;
    const others = everywhere && opened.fingerprint === fingerprint(77) ? belongsTo('電車パズル 本番用', person) : [];
    return { ...opened, keys: [...opened.keys.filter((match) => match.account.id === account), ...others] };
  }
}

/** What a file of that name is, as something to add. */
function fileOf(name: string): KeyFile {
  const what = known[name];
  switch (what?.is) {
    case 'publicKey':
    case 'privateKey':
      return { name, holds: what.is };
    case 'locked':
      return { name, locked: 'quickly' };
    case 'apiKey':
      return { name, problem: { code: 'thatIsAnApiKey', facts: { name, account: what.account.name }, at: now } };
    case 'notRead':
      return { name, problem: { code: 'fileNotRead', facts: { name, why: what.why }, at: now } };
    default:
      return { name, problem: { code: 'wrongFile', facts: { name, is: what?.found ?? { kind: 'notAKey', text: true } }, at: now } };
  }
}

export function inTurn<T>(all: readonly T[], turn: number): T {
  return all[Math.min(turn, all.length - 1)] as T;
}
