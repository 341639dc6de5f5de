// An API key as it is filled in: its file, its kind and its IDs, and what is odd about them.

import type { Trouble } from '../../asking.svelte';
import type { ApiKeyDraft } from '../../bindings/ApiKeyDraft';
import type { ApiKeyKind } from '../../bindings/ApiKeyKind';
import type { ConnectForm } from '../../bindings/ConnectForm';
import type { Field } from '../../bindings/Field';
import type { Finding } from '../../bindings/Finding';
import type { HeldFile } from '../../bindings/HeldFile';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import type { Where } from '../../words/en/problems';

export class ApiKeyForm {
  draft = $state.raw<ApiKeyDraft | null>(null);
  /** A file that was chosen and asks for its password. */
  locked = $state.raw<HeldFile | null>(null);
  kind = $state<ApiKeyKind>('team');
  apiKeyId = $state('');
  issuerId = $state('');
  name = $state('');
  findings = $state.raw<readonly Finding[]>([]);
  trouble = $state.raw<Trouble | null>(null);
  choosing = $state(false);
  #proposedId = '';
  #left = false;

  constructor(readonly session: Session) {}

  /** The form was left: what arrives late is dropped, and the private key is held no longer. */
  leave(): void {
    this.#left = true;
    if (this.draft !== null || this.locked !== null) this.#forget();
  }

  #forget(): void {
    this.draft = null;
    this.locked = null;
    this.session.backend.forgetFiles().catch(() => {});
  }

  get left(): boolean {
    return this.#left;
  }

  get busy(): boolean {
    return this.choosing;
  }

  choose(): Promise<void> {
    return this.#take(() => this.session.backend.chooseFile(words.connect.chooseTitle), () => this.choose());
  }

  paste(): Promise<void> {
    return this.#take(() => this.session.backend.pasteText(), () => this.paste());
  }

  /** Takes a file that was dropped. */
  async takeFiles(files: readonly HeldFile[]): Promise<void> {
    const [file, second] = files;
    if (this.busy || !file) this.session.ignoreDrop();
    else if (second) this.#tell({ code: 'oneFileOnly', at: Date.now() }, () => this.choose());
    else await this.#take(async () => file, () => this.choose());
  }

  /** Takes the file whose password was given. */
  unlocked(file: HeldFile): Promise<void> {
    return this.#take(async () => file, () => this.choose());
  }

  async #take(get: () => Promise<HeldFile | null>, again: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.choosing = true;
    try {
      const file = await get();
      if (file === null) return;
      if (this.#left) return this.#forget();
      this.trouble = null;
      this.locked = file.locked ? file : null;
      if (file.locked) this.letGo();
      else this.#hold(await this.session.backend.takeApiKey(file.id));
      if (this.#left) this.#forget();
    } catch (thrown) {
      this.#tell(thrown, again);
    } finally {
      this.choosing = false;
    }
  }

  #tell(thrown: unknown, again: () => Promise<void>): void {
    this.trouble = { problem: problemFrom(thrown), where: { is: 'choosingApiKey' }, again: () => void again() };
  }

  #hold(draft: ApiKeyDraft): void {
    this.draft = draft;
    this.settle('apiKeyFile');
    if (draft.proposedId !== null && (this.apiKeyId === '' || this.apiKeyId === this.#proposedId)) {
      this.apiKeyId = draft.proposedId;
      this.settle('apiKeyId');
    }
    this.#proposedId = draft.proposedId ?? '';
  }

  /** The file is no longer held; what was typed stays. */
  letGo(): void {
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

  /** What is filled in; `unusualIsRight`: the person says so. */
  entries(unusualIsRight = false): ConnectForm {
    const { draft, kind, apiKeyId, issuerId, name } = this;
    return { draft: draft?.id ?? null, kind, apiKeyId, issuerId, name, unusualIsRight };
  }

  /** Says why what is filled in was not taken. */
  refuse(thrown: unknown, where: Where, again: () => void): void {
    const problem = problemFrom(thrown);
    if (problem.code === 'gone') this.draft = null;
    if (problem.code === 'form') this.findings = problem.facts.findings;
    else this.trouble = { problem, where, again };
  }
}
