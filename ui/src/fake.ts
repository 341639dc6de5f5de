// A backend in memory, for a browser and its tests. It answers as the core does, from a scene; what is sent, copied
// and opened is kept to be looked at.

import type { Backend, Tell } from './backend';
import type { Account } from './bindings/Account';
import type { ActivityRequest } from './bindings/ActivityRequest';
import type { AddDraft } from './bindings/AddDraft';
import type { AddRequest } from './bindings/AddRequest';
import type { Added } from './bindings/Added';
import type { Confirmed } from './bindings/Confirmed';
import type { ConnectForm } from './bindings/ConnectForm';
import type { DiagnosisEvent } from './bindings/DiagnosisEvent';
import type { EverywhereEvent } from './bindings/EverywhereEvent';
import type { ExportForm } from './bindings/ExportForm';
import type { Happening } from './bindings/Happening';
import type { InventoryEvent } from './bindings/InventoryEvent';
import type { KeyFileDraft } from './bindings/KeyFileDraft';
import type { Link } from './bindings/Link';
import type { Looked } from './bindings/Looked';
import type { Problem } from './bindings/Problem';
import type { RemoveRequest } from './bindings/RemoveRequest';
import type { Saving } from './bindings/Saving';
import type { Start } from './bindings/Start';
import type { WorkKind } from './bindings/WorkKind';
import { apps, company, fingerprint, now, sample } from './fake/data';
import { FakeActivity } from './fake/activity';
import { FakeConnection } from './fake/connection';
import { FakeEverything } from './fake/everything';
import { FakeFiles, inTurn } from './fake/files';
import { FakeKeys } from './fake/keys';
import { FakePairs } from './fake/pairs';
import { FakeSettings } from './fake/settings';
import { FakeRemoving } from './fake/removing';
import { FakeReplacing } from './fake/replacing';
import { addedKey, offline, pending, type Scene } from './fake/scenes';
import { digitsIn, groupsOf, spokenGroups } from './fingerprint';

/** Resolves after so many milliseconds, or as soon as a test likes. */
export type Wait = (milliseconds: number) => Promise<void>;

const never = new Promise<never>(() => {});

export class FakeBackend implements Backend {
  readonly sent: AddRequest[] = [];
  readonly copied: string[] = [];
  readonly opened: Link[] = [];
  readonly connects: ConnectForm[] = [];
  readonly activities: FakeActivity = new FakeActivity(this);
  readonly settings: FakeSettings = new FakeSettings(this);
  readonly connecting: FakeConnection;
  readonly files: FakeFiles = new FakeFiles(this);
  readonly pairs: FakePairs = new FakePairs(this);
  readonly everythingHere: FakeEverything = new FakeEverything(this);
  readonly keys: FakeKeys;
  readonly replacing: FakeReplacing;
  readonly removing: FakeRemoving;
  confirmed: Confirmed = { is: 'no' };
  /** The key that was chosen last to be added. */
  key: KeyFileDraft | undefined;
  happen: Tell<Happening> = () => {};
  accounts: Account[];
  #request: AddRequest | undefined;
  readonly stops = new Map<string, () => void>();
  #turn = { connect: 0, look: 0 };

  constructor(
    readonly scene: Scene,
    readonly wait: Wait,
  ) {
    this.connecting = new FakeConnection(this);
    this.keys = new FakeKeys(scene, wait);
    this.replacing = new FakeReplacing(scene, wait, this.keys);
    this.removing = new FakeRemoving(scene, wait, this.keys, this.replacing);
    this.accounts = [...scene.accounts];
  }

  async start(): Promise<Start> {
    await this.wait(30);
    const { sampleOnly, host, pending: left, startProblem } = this.scene;
    if (startProblem) throw startProblem;
    const { unfinished: works } = this.replacing;
    const { setAside } = this.everythingHere;
    return { accounts: this.accounts, sampleOnly, host, version: '0.1.0', pending: [...left], works, setAside, readBy: this.scene.readBy };
  }

  async watch(tell: Tell<Happening>) {
    this.happen = tell;
    if (this.scene.keychainWaits) tell({ is: 'keychainWaits', waiting: true });
    if (this.scene.appleWaits !== null) tell({ is: 'appleWaits', until: this.scene.appleWaits });
  }

  chooseFile() {
    return this.files.choose();
  }

  pasteText() {
    return this.files.paste();
  }

  unlock(file: string, password: string, run: string) {
    return this.files.unlock(file, password, run);
  }

  forgetFiles() {
    return this.files.forget();
  }

  takeApiKey(file: string) {
    return this.files.takeApiKey(file);
  }

  takeKeyFile(file: string) {
    return this.files.takeKeyFile(file);
  }

  checkPrivateKey(file: string, _: string, key: string) {
    return this.files.check(file, key);
  }

  identify(files: readonly string[], account: string | null, everywhere: boolean) {
    return this.files.identify(files, account, everywhere);
  }

  addAgain() {
    return this.files.addAgain();
  }

  newPair() {
    return this.pairs.make();
  }

  keptPair() {
    return this.pairs.kept();
  }

  showPairPassword(pair: string) {
    this.everythingHere.passwordNoted(pair);
    return this.pairs.show();
  }

  hidePairPassword() {
    return this.pairs.hide();
  }

  async copyPairPassword(pair: string) {
    this.everythingHere.passwordNoted(pair);
    this.copied.push(await this.pairs.password());
  }

  choosePlace(_: string, name: string) {
    return this.pairs.choosePlace(name);
  }

  saveNewPair(_: string, account: string, saving: Saving) {
    return this.pairs.save(account, saving);
  }

  async savePrivateKey(pair: string, saving: Saving) {
    const file = await this.pairs.saveKept(saving);
    this.everythingHere.saved(pair, saving);
    return file;
  }

  forgetPair() {
    return this.pairs.forget();
  }

  async connect(form: ConnectForm) {
    await this.wait(700);
    this.connects.push(form);
    const answer = inTurn(this.scene.connects, this.#turn.connect++);
    if (answer !== 'accepted') throw answer;
    const { kind, apiKeyId, name } = form;
    const account: Account = { ...company, kind, apiKeyId, name, issuerId: kind === 'team' ? form.issuerId : null };
    this.accounts = [account, ...this.accounts];
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

  async disconnect(account: string) {
    await this.wait(200);
    this.accounts = this.accounts.filter(({ id }) => id !== account);
  }

  async selectAccount() {}

  renameAccount(account: string, name: string) {
    return this.settings.rename(account, name);
  }

  checkAccount() {
    return this.settings.check();
  }

  prepareApiKey(account: string, form: ConnectForm) {
    return this.settings.prepare(account, form);
  }

  useNewApiKey(draft: string) {
    return this.settings.use(draft);
  }

  lookEverywhere(run: string, tell: Tell<EverywhereEvent>) {
    return this.settings.look(run, tell);
  }

  findEverywhere(search: string) {
    return this.settings.find(search);
  }

  activity(request: ActivityRequest) {
    return this.activities.page(request);
  }

  exportActivity(_: string, name: string, request: ActivityRequest, form: ExportForm) {
    return this.activities.export(name, request, form);
  }

  saveCopy(_: string, name: string) {
    return this.settings.saveCopy(name);
  }

  chooseCopy() {
    return this.settings.chooseCopy();
  }

  bringIn(copy: string) {
    return this.settings.bringIn(copy);
  }

  async inventory(_: string, run: string, tell: Tell<InventoryEvent>) {
    const { scene } = this;
    let stopped = false;
    const stop = new Promise<void>((resolve) => this.stops.set(run, resolve)).then(() => void (stopped = true));
    await this.wait(60);
    if (scene.remembered) tell({ is: 'remembered', keys: [...scene.keys], at: now - 75_600_000 });
    await this.wait(400);
    if (scene.readingProblem) throw scene.readingProblem;
    if (scene.reading.length === 0) await stop;
    if (!stopped) {
      tell({ is: 'keys', keys: this.keys.all, at: Date.now() });
      if (this.keys.news.length > 0) tell({ is: 'news', news: this.keys.news });
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
    this.stops.get(run)?.();
  }

  async confirmByVoice(_: string, typed: string, by: string) {
    await this.wait(20);
    const digits = digitsIn(typed);
    const matches = digits.length >= spokenGroups * 4 && fingerprint(77).startsWith(digits);
    if (matches) this.confirmed = { is: 'byVoice', by, at: Date.now() };
    const groups = groupsOf(fingerprint(77));
    return { matches, groups: matches ? groups : groups.map((group, index) => (index < spokenGroups ? null : group)) };
  }

  async goOnWithoutConfirming() {
    await this.wait(20);
    return groupsOf(fingerprint(77));
  }

  async neverLeftThisComputer() {
    await this.wait(20);
    this.confirmed = { is: 'byPrivateKey', at: Date.now() };
  }

  readKey(_: string, key: string) {
    return this.keys.read(key);
  }

  describeKey(_: string, key: string, name: string | null, note: string | null) {
    return this.keys.describe(key, name, note);
  }

  confirmKey(_: string, key: string, typed: string, by: string) {
    return this.keys.confirm(key, typed, by);
  }

  async savePublicKey(_: string, name: string) {
    return { name, folder: 'documents' as const };
  }

  async knowNews() {
    this.keys.know();
  }

  checkPastedToken(_: string, work: string | null) {
    return this.replacing.token(work);
  }

  prepareRemove(request: RemoveRequest) {
    return this.removing.prepare(request, this.accounts.find(({ id }) => id === request.account) ?? sample);
  }

  commitRemove(_: string, typed: string) {
    return this.removing.commit(typed);
  }

  beginReplace(account: string, key: string, kind: WorkKind) {
    return this.replacing.begin(this.accounts.find(({ id }) => id === account) ?? sample, key, kind);
  }

  readWork(work: string) {
    return this.replacing.read(work);
  }

  changeReplace(work: string, kind: WorkKind) {
    return this.replacing.change(work, { kind });
  }

  handOver(work: string) {
    return this.replacing.change(work, { handedOver: Date.now() });
  }

  switchedByWord(work: string, by: string) {
    return this.replacing.change(work, { switched: { is: 'byWord', by, at: Date.now() } });
  }

  stopReplace(work: string) {
    return this.replacing.change(work, { step: 'stopped' });
  }

  async prepareAdd(request: AddRequest): Promise<AddDraft> {
    await this.wait(200);
    this.#request = request;
    const app = this.#app();
    const own = this.scene.keys.find(({ usedFor }) => usedFor.is === 'allApps');
    return {
      id: 'add-1',
      account: this.accounts.find(({ id }) => id === request.account) ?? sample,
      app,
      fingerprint: fingerprint(77),
      source: this.key?.source ?? { from: 'pasted' },
      confirmed: this.confirmed,
      already: this.scene.already ? addedKey({ app }, '', this.confirmed).id : null,
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
    const key = addedKey({ app: this.#app() }, name, this.confirmed);
    this.keys.add(key);
    this.replacing.added(this.#request?.work ?? null, key);
    return { is: 'done', key, at: Date.now(), readBack: { is: added === 'notShown' ? 'notShown' : 'confirmed' } };
  }

  async look(_: string, tell: Tell<Looked>) {
    let stopped = false;
    const stop = new Promise<void>((resolve) => this.stops.set('look', resolve)).then(() => void (stopped = true));
    for (const is of this.scene.looks) {
      await Promise.race([this.wait(600), stop]);
      if (stopped) return;
      const at = Date.now();
      if (is === 'notThere') tell({ is, at, next: at + 20_000 });
      else if (is === 'notRead') tell({ is, problem: offline, next: at + 20_000 });
      else if (is === 'notArrived') tell({ is, at });
      else if (is === 'gone') tell({ is, key: this.removing.went(), at });
      else {
        const app = apps.find(({ id }) => id === pending.app) ?? null;
        tell({ is, key: addedKey({ app }, 'Papierkram website', this.confirmed), at, readBack: { is: 'confirmed' } });
      }
    }
    await stop;
  }

  async stopLooking() {
    this.stops.get('look')?.();
  }

  knowSetAside() {
    return this.everythingHere.know();
  }

  everything() {
    return this.everythingHere.list();
  }

  keptPrivateKey(_: string, fingerprint: string) {
    return this.everythingHere.kept(fingerprint);
  }

  removeEverything(_: string, givenUp: readonly string[]) {
    return this.everythingHere.remove(givenUp);
  }

  quit() {
    return this.everythingHere.quit();
  }

  connection() {
    return this.connecting.read();
  }

  useProxy(typed: string) {
    return this.connecting.use(typed);
  }

  diagnose(account: string | null, run: string, tell: Tell<DiagnosisEvent>) {
    return this.connecting.diagnose(account, run, tell);
  }

  quota(account: string) {
    return this.connecting.quota(account);
  }

  async copy(text: string) {
    this.copied.push(text);
  }

  async openLink(link: Link) {
    this.opened.push(link);
  }
}

function cut(): Problem {
  return { code: 'noAnswer', facts: { how: 'timeout', detail: 'no answer after 30 s', signer: null }, at: Date.now() };
}
