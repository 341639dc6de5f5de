// Accounts, copies and the views over all accounts on the fake backend.

import type { Account } from '../bindings/Account';
import type { AccountCheck } from '../bindings/AccountCheck';
import type { Brings } from '../bindings/Brings';
import type { ConnectForm } from '../bindings/ConnectForm';
import type { CopyDraft } from '../bindings/CopyDraft';
import type { EverywhereEvent } from '../bindings/EverywhereEvent';
import type { FoundKey } from '../bindings/FoundKey';
import type { NewApiKeyDraft } from '../bindings/NewApiKeyDraft';
import type { Problem } from '../bindings/Problem';
import type { SavedFile } from '../bindings/SavedFile';
import type { Tell } from '../backend';
import type { FakeBackend } from '../fake';
import { apps, company, key, keys, now, person, uuid } from './data';

export interface SettingsScene {
  readonly check: Problem | AccountCheck;
  readonly newApiKey: Problem | Pick<NewApiKeyDraft, 'appCount' | 'keysSeen' | 'keysKnown'>;
  /** Whether storing the new API key works. */
  readonly newApiKeyStored: Problem | 'stored';
  /** Told in turn; without `finished` it goes on until it is stopped. */
  readonly everywhere: readonly EverywhereEvent[];
  readonly rename: Problem | 'renamed';
  readonly copy: Problem | CopyDraft | null;
}

const brings: Brings = { names: 12, notes: 3, differing: [uuid(1), uuid(4)], entries: 148, known: 20 };

export const settings: SettingsScene = {
  check: { apps: 12, keys: 8, at: now },
  newApiKey: { appCount: 12, keysSeen: 8, keysKnown: 8 },
  newApiKeyStored: 'stored',
  everywhere: [
    {
      is: 'account',
      account: company,
      keys: 8,
      at: now,
      news: [
        { kind: 'came', key: keys[6] ?? key(7, { usedFor: { is: 'looking' } }), at: now },
        { kind: 'went', key: key(42, { name: 'Kiosk, test', usedFor: { is: 'unknown', why: 'noAppShowsIt' } }), at: now - 3_600_000 },
      ],
    },
    { is: 'failed', account: person, problem: { code: 'noAnswer', facts: { how: 'timeout', detail: 'no answer for 30 s', signer: null }, at: now } },
    { is: 'finished', stopped: false },
  ],
  rename: 'renamed',
  copy: { id: 'copy-1', name: 'latchkey_names_and_history.json', madeAt: now - 9 * 86_400_000, brings },
};

export const nothingNew: CopyDraft = { id: 'copy-1', name: 'old.json', madeAt: now - 400 * 86_400_000, brings: { names: 0, notes: 0, differing: [], entries: 0, known: 168 } };

export class FakeSettings {
  readonly renamed: string[] = [];
  readonly tried: ConnectForm[] = [];
  readonly used: string[] = [];
  readonly broughtIn: string[] = [];
  #tried: { account: Account; form: ConnectForm } | undefined;

  constructor(readonly backend: FakeBackend) {}

  #account(id: string): Account {
    return this.backend.accounts.find((one) => one.id === id) ?? company;
  }

  #put(account: Account): Account {
    this.backend.accounts = this.backend.accounts.map((one) => (one.id === account.id ? account : one));
    return account;
  }

  async rename(id: string, name: string): Promise<Account> {
    await this.backend.wait(80);
    const { rename } = this.backend.scene.settings;
    if (rename !== 'renamed') throw rename;
    this.renamed.push(name);
    return this.#put({ ...this.#account(id), name: name.trim() });
  }

  async check(): Promise<AccountCheck> {
    await this.backend.wait(500);
    return orThrow(this.backend.scene.settings.check);
  }

  async prepare(id: string, form: ConnectForm): Promise<NewApiKeyDraft> {
    await this.backend.wait(600);
    this.tried.push(form);
    const seen = orThrow(this.backend.scene.settings.newApiKey);
    this.#tried = { account: this.#account(id), form };
    return { id: 'new-api-key-1', account: this.#tried.account, apps: apps.slice(0, Math.min(5, seen.appCount)).map(({ name }) => name), ...seen };
  }

  async use(draft: string): Promise<Account> {
    await this.backend.wait(400);
    const { newApiKeyStored } = this.backend.scene.settings;
    if (newApiKeyStored !== 'stored') throw newApiKeyStored;
    this.used.push(draft);
    const { account, form } = this.#tried ?? { account: company, form: null };
    return this.#put(form ? { ...account, kind: form.kind, apiKeyId: form.apiKeyId, issuerId: form.kind === 'team' ? form.issuerId : null } : account);
  }

  async look(run: string, tell: Tell<EverywhereEvent>): Promise<void> {
    const { everywhere } = this.backend.scene.settings;
    for (const event of everywhere) {
      await this.backend.wait(400);
      tell(event);
    }
    if (everywhere.at(-1)?.is === 'finished') return;
    await new Promise<void>((stop) => this.backend.stops.set(run, stop));
    tell({ is: 'finished', stopped: true });
  }

  async find(search: string): Promise<FoundKey[]> {
    await this.backend.wait(60);
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const own = this.backend.scene.keys.map((row) => ({ account: company, key: row }));
    const others = [{ account: person, key: key(61, { name: '電車パズル 開発用', usedFor: { is: 'allApps' } }) }];
    return [...own, ...others].filter((found) => {
      const text = JSON.stringify(found).toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  async saveCopy(name: string): Promise<SavedFile | null> {
    await this.backend.wait(200);
    return { name, folder: 'documents' };
  }

  async chooseCopy(): Promise<CopyDraft | null> {
    await this.backend.wait(200);
    const { copy } = this.backend.scene.settings;
    return copy === null ? null : orThrow(copy);
  }

  async bringIn(copy: string): Promise<Brings> {
    await this.backend.wait(200);
    this.broughtIn.push(copy);
    const draft = this.backend.scene.settings.copy;
    return draft !== null && 'brings' in draft ? draft.brings : brings;
  }
}

function orThrow<T extends object>(answer: T | Problem): T {
  if ('code' in answer) throw answer;
  return answer as T;
}
