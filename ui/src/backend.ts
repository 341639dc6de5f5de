// The one interface to Rust. `tauri.ts` implements it for the app, `fake/` for a browser.
// Every method rejects with a `Problem` and nothing else.

import type { Account } from './bindings/Account';
import type { AccountId } from './bindings/AccountId';
import type { AddDraft } from './bindings/AddDraft';
import type { AddRequest } from './bindings/AddRequest';
import type { Added } from './bindings/Added';
import type { ApiKeyDraft } from './bindings/ApiKeyDraft';
import type { ConnectForm } from './bindings/ConnectForm';
import type { Connected } from './bindings/Connected';
import type { DraftId } from './bindings/DraftId';
import type { Happening } from './bindings/Happening';
import type { InventoryEvent } from './bindings/InventoryEvent';
import type { KeyFileDraft } from './bindings/KeyFileDraft';
import type { Link } from './bindings/Link';
import type { Looked } from './bindings/Looked';
import type { Start } from './bindings/Start';
import type { VoiceCheck } from './bindings/VoiceCheck';

/** Receives what a long piece of work tells while it runs. */
export type Tell<T> = (event: T) => void;

export interface Backend {
  start(): Promise<Start>;
  /** Tells what happens without the window having asked. Called once. */
  watch(tell: Tell<Happening>): Promise<void>;

  /** `null`: the dialog was closed without choosing. */
  chooseApiKeyFile(title: string): Promise<ApiKeyDraft | null>;
  pasteApiKey(): Promise<ApiKeyDraft>;
  takeApiKey(drop: DraftId): Promise<ApiKeyDraft>;
  connect(form: ConnectForm): Promise<Connected>;
  openSample(): Promise<Account>;
  disconnect(account: AccountId): Promise<void>;
  /** Remembers the account as the one used last. */
  selectAccount(account: AccountId): Promise<void>;

  /** Reads keys and apps; `run` names this reading for {@link stop}. */
  inventory(account: AccountId, run: string, tell: Tell<InventoryEvent>): Promise<void>;
  stop(run: string): Promise<void>;

  /** `null`: the dialog was closed without choosing. */
  chooseKeyFile(title: string, account: AccountId): Promise<KeyFileDraft | null>;
  pasteKeyText(account: AccountId): Promise<KeyFileDraft>;
  takeKeyFile(drop: DraftId, account: AccountId): Promise<KeyFileDraft>;
  /** The core compares; `by` is whoever read the groups out. */
  confirmByVoice(key: DraftId, typed: string, by: string): Promise<VoiceCheck>;
  /** Answers the sixteen groups of the fingerprint. */
  goOnWithoutConfirming(key: DraftId): Promise<(string | null)[]>;
  neverLeftThisComputer(key: DraftId): Promise<void>;
  prepareAdd(request: AddRequest): Promise<AddDraft>;
  /** Sends at most once, whatever is called how often. */
  commitAdd(draft: DraftId, name: string): Promise<Added>;
  /** Looks for a change whose outcome is unknown until that is decided or {@link stopLooking}. */
  look(pending: DraftId, tell: Tell<Looked>): Promise<void>;
  stopLooking(pending: DraftId): Promise<void>;

  copy(text: string): Promise<void>;
  openLink(link: Link): Promise<void>;
}
