// The one interface to Rust. `tauri.ts` implements it for the app, `fake/` for a browser.
// Every method rejects with a `Problem` and nothing else. A dialog that was closed without choosing resolves to `null`.

import type { Account } from './bindings/Account';
import type { AccountCheck } from './bindings/AccountCheck';
import type { AccountId } from './bindings/AccountId';
import type { ActivityPage } from './bindings/ActivityPage';
import type { ActivityRequest } from './bindings/ActivityRequest';
import type { AddDraft } from './bindings/AddDraft';
import type { AddRequest } from './bindings/AddRequest';
import type { Added } from './bindings/Added';
import type { ApiKeyDraft } from './bindings/ApiKeyDraft';
import type { Brings } from './bindings/Brings';
import type { ConnectForm } from './bindings/ConnectForm';
import type { Connected } from './bindings/Connected';
import type { Connection } from './bindings/Connection';
import type { CopyDraft } from './bindings/CopyDraft';
import type { DiagnosisEvent } from './bindings/DiagnosisEvent';
import type { DraftId } from './bindings/DraftId';
import type { Everything } from './bindings/Everything';
import type { EverywhereEvent } from './bindings/EverywhereEvent';
import type { ExportForm } from './bindings/ExportForm';
import type { FoundKey } from './bindings/FoundKey';
import type { FreshKey } from './bindings/FreshKey';
import type { Happening } from './bindings/Happening';
import type { HeldFile } from './bindings/HeldFile';
import type { Identified } from './bindings/Identified';
import type { InventoryEvent } from './bindings/InventoryEvent';
import type { KeyConfirmation } from './bindings/KeyConfirmation';
import type { KeyFileDraft } from './bindings/KeyFileDraft';
import type { KeyRow } from './bindings/KeyRow';
import type { Link } from './bindings/Link';
import type { Looked } from './bindings/Looked';
import type { Moment } from './bindings/Moment';
import type { NewApiKeyDraft } from './bindings/NewApiKeyDraft';
import type { Pair } from './bindings/Pair';
import type { Place } from './bindings/Place';
import type { PrivateKeyCheck } from './bindings/PrivateKeyCheck';
import type { Quota } from './bindings/Quota';
import type { RemoveDraft } from './bindings/RemoveDraft';
import type { RemoveRequest } from './bindings/RemoveRequest';
import type { Removed } from './bindings/Removed';
import type { SavedFile } from './bindings/SavedFile';
import type { SavedPair } from './bindings/SavedPair';
import type { Saving } from './bindings/Saving';
import type { Start } from './bindings/Start';
import type { TokenCheck } from './bindings/TokenCheck';
import type { VoiceCheck } from './bindings/VoiceCheck';
import type { Work } from './bindings/Work';
import type { WorkId } from './bindings/WorkId';
import type { WorkKind } from './bindings/WorkKind';
/** Receives what a long piece of work tells while it runs. */
export type Tell<T> = (event: T) => void;

export interface Backend {
  start(): Promise<Start>;
  /** Tells what happens without the window having asked. Called once. */
  watch(tell: Tell<Happening>): Promise<void>;

  // Files: the core reads each once and holds it; what it is used as comes after.
  chooseFile(title: string): Promise<HeldFile | null>;
  /** What the clipboard holds; its text never enters the page. */
  pasteText(): Promise<HeldFile>;
  /** Opens a private key with its password; `run` names it for {@link stop}. Stopped, it stays locked. */
  unlock(file: DraftId, password: string, run: string): Promise<HeldFile>;
  forgetFiles(): Promise<void>;
  takeApiKey(file: DraftId): Promise<ApiKeyDraft>;
  takeKeyFile(file: DraftId, account: AccountId): Promise<KeyFileDraft>;
  checkPrivateKey(file: DraftId, account: AccountId, key: KeyRow['id']): Promise<PrivateKeyCheck>;
  /** `account` is `null` while there is none; `everywhere`: compared with the keys of all accounts. */
  identify(files: readonly DraftId[], account: AccountId | null, everywhere: boolean): Promise<Identified[]>;

  // Accounts
  connect(form: ConnectForm): Promise<Connected>;
  openSample(): Promise<Account>;
  disconnect(account: AccountId): Promise<void>;
  /** Remembers the account as the one used last. */
  selectAccount(account: AccountId): Promise<void>;
  renameAccount(account: AccountId, name: string): Promise<Account>;
  checkAccount(account: AccountId): Promise<AccountCheck>;
  /** Tries another API key for the account; nothing is stored yet. The form's name is ignored. */
  prepareApiKey(account: AccountId, form: ConnectForm): Promise<NewApiKeyDraft>;
  useNewApiKey(draft: DraftId): Promise<Account>;

  // Keys
  /** Reads keys and apps; `run` names this reading for {@link stop}. */
  inventory(account: AccountId, run: string, tell: Tell<InventoryEvent>): Promise<void>;
  stop(run: string): Promise<void>;
  /** The person knows of the keys that came or went up to that moment. */
  knowNews(account: AccountId, upTo: Moment): Promise<void>;
  /** Reads the keys of every account. */
  lookEverywhere(run: string, tell: Tell<EverywhereEvent>): Promise<void>;
  /** Searches the keys of every account, as last listed. */
  findEverywhere(search: string): Promise<FoundKey[]>;
  readKey(account: AccountId, key: KeyRow['id']): Promise<FreshKey>;
  describeKey(account: AccountId, key: KeyRow['id'], name: string | null, note: string | null): Promise<KeyRow>;
  /** The core compares; `by` is whoever read the groups out. */
  confirmKey(account: AccountId, key: KeyRow['id'], typed: string, by: string): Promise<KeyConfirmation>;
  savePublicKey(title: string, name: string, account: AccountId, key: KeyRow['id']): Promise<SavedFile | null>;
  /** The clipboard's text, read by the core. */
  checkPastedToken(account: AccountId, work: WorkId | null): Promise<TokenCheck>;

  // A new pair
  newPair(account: AccountId): Promise<Pair>;
  /** The pair of a private key in the keychain, to be saved in a file. */
  keptPair(account: AccountId, key: KeyRow['id']): Promise<Pair>;
  /** The one secret that is ever shown, because the person asks for it. */
  showPairPassword(pair: DraftId): Promise<string>;
  /** It is not shown any more: the window may be captured again. */
  hidePairPassword(pair: DraftId): Promise<void>;
  copyPairPassword(pair: DraftId): Promise<void>;
  choosePlace(title: string, name: string, pair: DraftId): Promise<Place | null>;
  saveNewPair(pair: DraftId, account: AccountId, saving: Saving): Promise<SavedPair>;
  savePrivateKey(pair: DraftId, saving: Saving): Promise<SavedFile>;
  forgetPair(pair: DraftId): Promise<void>;

  // Adding
  /** The core compares; `by` is whoever read the groups out. */
  confirmByVoice(key: DraftId, typed: string, by: string): Promise<VoiceCheck>;
  /** Answers the sixteen groups of the fingerprint. */
  goOnWithoutConfirming(key: DraftId): Promise<(string | null)[]>;
  neverLeftThisComputer(key: DraftId): Promise<void>;
  /** Takes the public key of a removed key; `entry` is the number of its entry in Activity. */
  addAgain(account: AccountId, entry: number): Promise<KeyFileDraft>;
  prepareAdd(request: AddRequest): Promise<AddDraft>;
  /** Sends at most once, whatever is called how often. */
  commitAdd(draft: DraftId, name: string): Promise<Added>;

  // Removing
  prepareRemove(request: RemoveRequest): Promise<RemoveDraft>;
  /** The core checks the characters. Sends at most once, whatever is called how often. */
  commitRemove(draft: DraftId, typed: string): Promise<Removed>;

  /** Looks for a change whose outcome is unknown until that is decided or {@link stopLooking}. */
  look(pending: DraftId, tell: Tell<Looked>): Promise<void>;
  stopLooking(pending: DraftId): Promise<void>;

  // Replacing
  /** The replacement of this key that is under way, if one is. */
  beginReplace(account: AccountId, key: KeyRow['id'], kind: WorkKind): Promise<Work>;
  /** A replacement as it is now. */
  readWork(work: WorkId): Promise<Work>;
  changeReplace(work: WorkId, kind: WorkKind): Promise<Work>;
  handOver(work: WorkId): Promise<Work>;
  switchedByWord(work: WorkId, by: string): Promise<Work>;
  stopReplace(work: WorkId): Promise<Work>;

  // Activity
  activity(request: ActivityRequest): Promise<ActivityPage>;
  exportActivity(title: string, name: string, request: ActivityRequest, form: ExportForm): Promise<SavedFile | null>;

  // Copies of names and history
  saveCopy(title: string, name: string): Promise<SavedFile | null>;
  /** Reads a copy and says what it would bring; brings nothing in yet. */
  chooseCopy(title: string): Promise<CopyDraft | null>;
  bringIn(copy: DraftId): Promise<Brings>;

  // The connection
  connection(): Promise<Connection>;
  /** As typed; an empty text: as the system is set. */
  useProxy(typed: string): Promise<Connection>;
  /** Checks every part of the way to Apple; `account` is `null` while there is none. `run` names it for {@link stop}. */
  diagnose(account: AccountId | null, run: string, tell: Tell<DiagnosisEvent>): Promise<void>;
  /** As Apple last told it since Latchkey was started; `null`: not yet. */
  quota(account: AccountId): Promise<Quota | null>;

  // Everything on this computer
  /** The person knows of the damaged records that were set aside. */
  knowSetAside(): Promise<void>;
  everything(): Promise<Everything>;
  /** The private key of a key in the keychain, to be saved in a file. */
  keptPrivateKey(everything: DraftId, fingerprint: string): Promise<Pair>;
  /** `givenUp`: fingerprints of the private keys that may go. After it nothing works but {@link quit}. */
  removeEverything(everything: DraftId, givenUp: readonly string[]): Promise<void>;
  quit(): Promise<void>;

  copy(text: string): Promise<void>;
  openLink(link: Link): Promise<void>;
}
