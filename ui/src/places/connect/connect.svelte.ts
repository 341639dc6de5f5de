// The page that connects an account: what is filled in, and how far it is.

import type { ApiKeyDraft } from '../../bindings/ApiKeyDraft';
import type { ApiKeyKind } from '../../bindings/ApiKeyKind';
import type { Connected } from '../../bindings/Connected';
import type { DraftId } from '../../bindings/DraftId';
import type { Field } from '../../bindings/Field';
import type { Finding } from '../../bindings/Finding';
import type { Problem } from '../../bindings/Problem';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';

export type Stage =
  | { is: 'filling' }
  | { is: 'choosing' }
  | { is: 'asking' }
  /** Stored; the person is asked whether it is the right company. */
  | { is: 'connected'; connected: Connected }
  | { is: 'leaving'; connected: Connected };

/** A problem and what was being done; `again` does that once more. */
export interface Trouble {
  readonly problem: Problem;
  readonly where: Where;
  readonly again: () => void;
}

export class Connecting {
  stage = $state.raw<Stage>({ is: 'filling' });
  draft = $state.raw<ApiKeyDraft | null>(null);
  kind = $state<ApiKeyKind>('team');
  apiKeyId = $state('');
  issuerId = $state('');
  name = $state('');
  findings = $state.raw<readonly Finding[]>([]);
  trouble = $state.raw<Trouble | null>(null);
  #proposedId = '';
  #left = false;

  constructor(readonly session: Session) {}

  /** The page was left; an account that Apple still accepts is announced. */
  leave(): void {
    this.#left = true;
  }

  get busy(): boolean {
    return this.stage.is !== 'filling';
  }

  choose(): Promise<void> {
    return this.#take(() => this.session.backend.chooseApiKeyFile(words.connect.chooseTitle), () => this.choose());
  }

  paste(): Promise<void> {
    return this.#take(() => this.session.backend.pasteApiKey(), () => this.paste());
  }

  async takeDrop(drop: DraftId): Promise<void> {
    if (this.busy) this.session.ignoreDrop();
    else await this.#take(() => this.session.backend.takeApiKey(drop), () => this.choose());
  }

  async #take(get: () => Promise<ApiKeyDraft | null>, again: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.stage = { is: 'choosing' };
    try {
      const draft = await get();
      if (draft) this.#hold(draft);
    } catch (thrown) {
      this.trouble = { problem: problemFrom(thrown), where: { is: 'choosingApiKey' }, again: () => void again() };
    } finally {
      this.stage = { is: 'filling' };
    }
  }

  #hold(draft: ApiKeyDraft): void {
    this.draft = draft;
    this.trouble = null;
    this.settle('apiKeyFile');
    if (draft.proposedId !== null && (this.apiKeyId === '' || this.apiKeyId === this.#proposedId)) {
      this.apiKeyId = draft.proposedId;
      this.settle('apiKeyId');
    }
    this.#proposedId = draft.proposedId ?? '';
  }

  /** The backend no longer holds the file; what was typed stays. */
  #letGo(): void {
    this.draft = null;
    if (this.apiKeyId === this.#proposedId) this.apiKeyId = '';
    this.#proposedId = '';
  }

  findingOf(field: Field): Finding | undefined {
    return this.findings.find((finding) => finding.field === field);
  }

  /** The field changed: what was found there is old. */
  settle(field: Field): void {
    this.findings = this.findings.filter((finding) => finding.field !== field);
  }

  use(field: Field, suggestion: string): void {
    if (field === 'apiKeyId') this.apiKeyId = suggestion;
    else if (field === 'issuerId') this.issuerId = suggestion;
    else if (field === 'name') this.name = suggestion;
    this.settle(field);
  }

  swap(): void {
    [this.apiKeyId, this.issuerId] = [this.issuerId, this.apiKeyId];
    this.settle('apiKeyId');
    this.settle('issuerId');
  }

  async connect(unusualIsRight = false): Promise<void> {
    if (this.busy) return;
    this.stage = { is: 'asking' };
    this.trouble = null;
    this.findings = [];
    try {
      const { kind, apiKeyId, issuerId, name } = this;
      const connected = await this.session.backend.connect({ draft: this.draft?.id ?? null, kind, apiKeyId, issuerId, name, unusualIsRight });
      if (this.#left) return this.session.arrived(connected.account);
      this.session.connected(connected);
      this.stage = { is: 'connected', connected };
    } catch (thrown) {
      const problem = problemFrom(thrown);
      this.stage = { is: 'filling' };
      if (problem.code === 'gone') this.draft = null;
      if (problem.code === 'form') this.findings = problem.facts.findings;
      else this.trouble = { problem, where: { is: 'connecting' }, again: () => void this.connect(unusualIsRight) };
    }
  }

  /** It was another company's API key. */
  async disconnect(connected: Connected): Promise<void> {
    if (this.stage.is === 'leaving') return;
    this.stage = { is: 'leaving', connected };
    this.trouble = null;
    try {
      await this.session.disconnect(connected.account);
      this.#letGo();
      this.stage = { is: 'filling' };
    } catch (thrown) {
      this.stage = { is: 'connected', connected };
      this.trouble = { problem: problemFrom(thrown), where: { is: 'disconnecting' }, again: () => void this.disconnect(connected) };
    }
  }
}
