// One account in Settings: its name being changed, whether its API key works, and how many requests are left.

import type { Trouble } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { AccountCheck } from '../../bindings/AccountCheck';
import type { Odd } from '../../bindings/Odd';
import type { Quota } from '../../bindings/Quota';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';

export type Checked = { is: 'notYet' } | { is: 'asking' } | { is: 'works'; check: AccountCheck } | { is: 'failed' };

/** How long what was left of an hour's requests says something, in milliseconds. */
const anHour = 3_600_000;

export class OneAccount {
  /** The name while it is being changed. */
  name = $state<string | null>(null);
  saving = $state(false);
  odd = $state<Odd | null>(null);
  checked = $state.raw<Checked>({ is: 'notYet' });
  /** What is left of this hour's requests; `null`: not known. */
  quota = $state.raw<Quota | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  account = $state.raw<Account>() as Account;
  /** Raised with each API key: what is answered about the one before comes too late. */
  #apiKey = 0;

  constructor(
    readonly session: Session,
    account: Account,
  ) {
    this.account = account;
  }

  startRenaming(): void {
    this.name = this.account.name;
    this.odd = null;
  }

  stopRenaming(): void {
    if (!this.saving) this.name = null;
  }

  /** Whether the name is as it should be now. */
  async rename(): Promise<boolean> {
    const { name } = this;
    if (name === null || this.saving) return false;
    if (name.trim() === this.account.name) {
      this.name = null;
      return true;
    }
    this.saving = true;
    this.odd = null;
    this.trouble = null;
    try {
      const account = await this.session.backend.renameAccount(this.account.id, name);
      this.session.changed(account);
      this.session.announcer.say(words.accounts.renamed(account.name));
      this.name = null;
      return true;
    } catch (thrown) {
      const problem = problemFrom(thrown);
      if (problem.code === 'form') this.odd = problem.facts.findings[0]?.what ?? null;
      else this.trouble = { problem, where: { is: 'renaming' }, again: () => void this.rename() };
      return false;
    } finally {
      this.saving = false;
    }
  }

  async check(): Promise<void> {
    if (this.checked.is === 'asking') return;
    const apiKey = this.#apiKey;
    this.checked = { is: 'asking' };
    this.trouble = null;
    try {
      const check = await this.session.backend.checkAccount(this.account.id);
      if (this.#apiKey !== apiKey) return;
      this.checked = { is: 'works', check };
    } catch (thrown) {
      if (this.#apiKey !== apiKey) return;
      this.checked = { is: 'failed' };
      this.trouble = { problem: problemFrom(thrown), where: { is: 'checkingAccount' }, again: () => void this.check() };
    }
    await this.readQuota();
  }

  async readQuota(): Promise<void> {
    const apiKey = this.#apiKey;
    try {
      const quota = await this.session.backend.quota(this.account.id);
      if (this.#apiKey === apiKey) this.quota = quota !== null && Date.now() - quota.at < anHour ? quota : null;
    } catch {
      // What is not known is not shown: nothing to bother anyone with.
      if (this.#apiKey === apiKey) this.quota = null;
    }
  }

  /** What was said about the API key before no longer holds. */
  changedApiKey(): void {
    this.#apiKey += 1;
    this.checked = { is: 'notYet' };
    this.quota = null;
    this.trouble = null;
  }
}
