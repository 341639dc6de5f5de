// A backend in memory, for a browser and its tests. It answers as the core does, from a scene; what is sent, copied
// and opened is kept to be looked at.

import type { Backend, Tell } from './backend';
import type { Account } from './bindings/Account';
import type { AddDraft } from './bindings/AddDraft';
import type { AddRequest } from './bindings/AddRequest';
import type { Added } from './bindings/Added';
import type { ApiKeyDraft } from './bindings/ApiKeyDraft';
import type { Confirmed } from './bindings/Confirmed';
import type { ConnectForm } from './bindings/ConnectForm';
import type { Happening } from './bindings/Happening';
import type { InventoryEvent } from './bindings/InventoryEvent';
import type { KeyFileDraft } from './bindings/KeyFileDraft';
import type { KeyRow } from './bindings/KeyRow';
import type { Link } from './bindings/Link';
import type { Looked } from './bindings/Looked';
import type { Problem } from './bindings/Problem';
import { apps, company, fingerprint, now, sample } from './fake/data';
import { addedKey, offline, pending, type KeyFile, type Scene } from './fake/scenes';
import { digitsIn, groupsOf, spokenGroups } from './fingerprint';

/** Resolves after so many milliseconds, or as soon as a test likes. */
export type Wait = (milliseconds: number) => Promise<void>;

const never = new Promise<never>(() => {});

export class FakeBackend implements Backend {
  readonly sent: AddRequest[] = [];
  readonly copied: string[] = [];
  readonly opened: Link[] = [];
  readonly connects: ConnectForm[] = [];
  happen: Tell<Happening> = () => {};
  #accounts: Account[];
  #added: KeyRow[] = [];
  #confirmed: Confirmed = { is: 'no' };
  #file: KeyFile | undefined;
  #request: AddRequest | undefined;
  #stops = new Map<string, () => void>();
  #turn = { keyFile: 0, connect: 0, look: 0 };

  constructor(
    readonly scene: Scene,
    readonly wait: Wait,
  ) {
    this.#accounts = [...scene.accounts];
  }

  async start() {
    await this.wait(30);
    const { sampleOnly, host, pending: left, startProblem } = this.scene;
    if (startProblem) throw startProblem;
    return { accounts: this.#accounts, sampleOnly, host, version: '0.1.0', pending: [...left] };
  }

  async watch(tell: Tell<Happening>) {
    this.happen = tell;
    if (this.scene.keychainWaits) tell({ is: 'keychainWaits', waiting: true });
  }

  async chooseApiKeyFile(): Promise<ApiKeyDraft | null> {
    await this.wait(100);
    if (this.scene.apiKeyProblem) throw this.scene.apiKeyProblem;
    return { id: 'api-key-1', source: { from: 'file', name: 'AuthKey_K7M2Q9XW4D.p8', folder: 'downloads' }, proposedId: 'K7M2Q9XW4D' };
  }

  async pasteApiKey(): Promise<ApiKeyDraft> {
    await this.wait(20);
    return { id: 'api-key-2', source: { from: 'pasted' }, proposedId: null };
  }

  async takeApiKey() {
    return (await this.chooseApiKeyFile()) as ApiKeyDraft;
  }

  async connect(form: ConnectForm) {
    await this.wait(700);
    this.connects.push(form);
    const answer = inTurn(this.scene.connects, this.#turn.connect++);
    if (answer !== 'accepted') throw answer;
    const { kind, apiKeyId, name } = form;
    const account: Account = { ...company, kind, apiKeyId, name, issuerId: kind === 'team' ? form.issuerId : null };
    this.#accounts = [account, ...this.#accounts];
    return {
      account,
      apps: apps.slice(0, 5).map((app) => app.name),
      appCount: apps.length,
      source: form.draft === 'api-key-2' ? ({ from: 'pasted' } as const) : ({ from: 'file', name: 'AuthKey_K7M2Q9XW4D.p8', folder: 'downloads' } as const),
    };
  }

  async openSample() {
    await this.wait(100);
    return sample;
  }

  async disconnect() {
    await this.wait(200);
  }

  async selectAccount() {}

  async inventory(_: string, run: string, tell: Tell<InventoryEvent>) {
    const { scene } = this;
    let stopped = false;
    const stop = new Promise<void>((resolve) => this.#stops.set(run, resolve)).then(() => void (stopped = true));
    await this.wait(60);
    if (scene.remembered) tell({ is: 'remembered', keys: [...scene.keys], at: now - 75_600_000 });
    await this.wait(400);
    if (scene.readingProblem) throw scene.readingProblem;
    if (scene.reading.length === 0) await stop;
    if (!stopped) {
      tell({ is: 'keys', keys: [...scene.keys, ...this.#added], at: Date.now() });
      await this.wait(100);
      tell({ is: 'apps', apps: [...scene.apps], complete: true });
    }
    for (const event of scene.reading) tell(event);
    if (scene.reading.at(-1)?.is !== 'finished') {
      await stop;
      tell({ is: 'finished', at: Date.now(), stopped: true, allPlaced: false });
    }
  }

  async stop(run: string) {
    this.#stops.get(run)?.();
  }

  async chooseKeyFile(): Promise<KeyFileDraft | null> {
    await this.wait(100);
    const file = inTurn(this.scene.keyFiles, this.#turn.keyFile++);
    if (file === null) return null;
    if ('code' in file) throw file;
    this.#file = file;
    this.#confirmed = { is: 'no' };
    return {
      id: `key-file-${this.#turn.keyFile}`,
      source: file.name === null ? { from: 'pasted' } : { from: 'file', name: file.name, folder: 'downloads' },
      downloadedFrom: file.from ?? null,
      holds: file.holds,
      groups: groupsOf(fingerprint(77)).map((group, index) => (file.holds === 'publicKey' && index < spokenGroups ? null : group)),
      namedLikeApiKey: file.name?.startsWith('AuthKey_') ?? false,
    };
  }

  async pasteKeyText() {
    return (await this.chooseKeyFile()) as KeyFileDraft;
  }

  async takeKeyFile() {
    return (await this.chooseKeyFile()) as KeyFileDraft;
  }

  async confirmByVoice(_: string, typed: string, by: string) {
    await this.wait(20);
    const digits = digitsIn(typed);
    const matches = digits.length >= spokenGroups * 4 && fingerprint(77).startsWith(digits);
    if (matches) this.#confirmed = { is: 'byVoice', by, at: Date.now() };
    const groups = groupsOf(fingerprint(77));
    return { matches, groups: matches ? groups : groups.map((group, index) => (index < spokenGroups ? null : group)) };
  }

  async goOnWithoutConfirming() {
    await this.wait(20);
    return groupsOf(fingerprint(77));
  }

  async neverLeftThisComputer() {
    await this.wait(20);
    this.#confirmed = { is: 'byPrivateKey', at: Date.now() };
  }

  async prepareAdd(request: AddRequest): Promise<AddDraft> {
    await this.wait(200);
    this.#request = request;
    const app = this.#app();
    const own = this.scene.keys.find(({ usedFor }) => usedFor.is === 'allApps');
    return {
      id: 'add-1',
      account: this.#accounts.find(({ id }) => id === request.account) ?? sample,
      app,
      fingerprint: fingerprint(77),
      source: this.#file?.name ? ({ from: 'file', name: this.#file.name, folder: null } as const) : ({ from: 'pasted' } as const),
      confirmed: this.#confirmed,
      already: this.scene.already ? addedKey({ app }, '', this.#confirmed).id : null,
      elsewhere: [],
      otherAccounts: [...this.scene.otherAccounts],
      stays: this.scene.stays && own ? [{ id: own.id, name: own.name, usedFor: own.usedFor }] : [],
      proposedName: app?.name ?? '',
    };
  }

  #app() {
    const scope = this.#request?.scope;
    if (scope?.for !== 'oneApp') return null;
    return this.scene.apps.find(({ app }) => app.id === scope.app)?.app ?? null;
  }

  async commitAdd(_: string, name: string): Promise<Added> {
    const { added } = this.scene;
    if (this.#request) this.sent.push(this.#request);
    if (added === 'never') return never;
    await this.wait(600);
    if (typeof added === 'object') throw added;
    if (added === 'unknown') return { is: 'unknown', pending: { ...pending, sent: Date.now() - 30_000 }, problem: cut() };
    const key = addedKey({ app: this.#app() }, name, this.#confirmed);
    this.#added.push(key);
    return { is: 'done', key, at: Date.now(), readBack: { is: added === 'notShown' ? 'notShown' : 'confirmed' } };
  }

  async look(_: string, tell: Tell<Looked>) {
    let stopped = false;
    const stop = new Promise<void>((resolve) => this.#stops.set('look', resolve)).then(() => void (stopped = true));
    for (const is of this.scene.looks) {
      await Promise.race([this.wait(600), stop]);
      if (stopped) return;
      const at = Date.now();
      if (is === 'notThere') tell({ is, at, next: at + 20_000 });
      else if (is === 'notRead') tell({ is, problem: offline, next: at + 20_000 });
      else if (is === 'notArrived') tell({ is, at });
      else {
        const app = apps.find(({ id }) => id === pending.app) ?? null;
        tell({ is, key: addedKey({ app }, 'Papierkram website', this.#confirmed), at, readBack: { is: 'confirmed' } });
      }
    }
    await stop;
  }

  async stopLooking() {
    this.#stops.get('look')?.();
  }

  async copy(text: string) {
    this.copied.push(text);
  }

  async openLink(link: Link) {
    this.opened.push(link);
  }
}

function inTurn<T>(all: readonly T[], turn: number): T {
  return all[Math.min(turn, all.length - 1)] as T;
}

function cut(): Problem {
  return { code: 'noAnswer', facts: { how: 'timeout', detail: 'no answer after 30 s' }, at: Date.now() };
}
