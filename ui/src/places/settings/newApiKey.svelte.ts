// Another API key for an account: filled in, tried, and stored once the person has seen what it opens.

import type { Account } from '../../bindings/Account';
import type { NewApiKeyDraft } from '../../bindings/NewApiKeyDraft';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { ApiKeyForm } from '../connect/apiKeyForm.svelte';

export class NewApiKey {
  readonly form: ApiKeyForm;
  /** What the new API key sees, once Apple answered. */
  seen = $state.raw<NewApiKeyDraft | null>(null);
  /** The account with its new API key, once it is stored. */
  stored = $state.raw<Account | null>(null);
  busy = $state<'asking' | 'storing' | null>(null);
  /** Raised when what is on its way is no longer wanted. */
  #number = 0;

  constructor(
    readonly session: Session,
    readonly account: Account,
  ) {
    this.form = new ApiKeyForm(session);
    this.form.kind = account.kind;
    this.form.issuerId = account.issuerId ?? '';
  }

  /** Some of the keys that the account had are not seen. */
  readonly fewer = $derived(this.seen !== null && this.seen.keysSeen < this.seen.keysKnown);

  /** It sees none of them: it can't take the place of this account's. */
  readonly other = $derived(this.fewer && this.seen?.keysSeen === 0);

  /** Asks Apple what the API key sees. Nothing is stored. */
  async ask(unusualIsRight = false): Promise<void> {
    if (this.busy !== null || this.form.busy) return;
    const number = ++this.#number;
    this.busy = 'asking';
    this.form.trouble = null;
    this.form.findings = [];
    try {
      const seen = await this.session.backend.prepareApiKey(this.account.id, this.form.entries(unusualIsRight));
      if (number === this.#number) this.seen = seen;
    } catch (thrown) {
      if (number === this.#number) this.form.refuse(thrown, { is: 'tryingApiKey' }, () => void this.ask(unusualIsRight));
    } finally {
      if (number === this.#number) this.busy = null;
    }
  }

  back(): void {
    if (this.busy === 'storing') return;
    this.#abandon();
    this.seen = null;
    this.form.trouble = null;
  }

  async use(): Promise<void> {
    const { seen } = this;
    if (seen === null || this.other || this.busy !== null) return;
    this.busy = 'storing';
    this.form.trouble = null;
    try {
      const account = await this.session.backend.useNewApiKey(seen.id);
      this.session.changed(account);
      this.stored = account;
      const inventory = this.session.inventory(account);
      void inventory.stop();
      void inventory.readAnew();
    } catch (thrown) {
      const problem = problemFrom(thrown);
      // What was tried is no longer held: it has to be tried once more.
      if (problem.code === 'gone') this.seen = null;
      this.form.refuse(problem, { is: 'usingNewApiKey' }, () => void this.use());
    } finally {
      this.busy = null;
    }
  }

  /** The dialog was closed; what is on its way changes nothing any more, except what is stored. */
  leave(): void {
    this.#abandon();
    this.form.leave();
  }

  #abandon(): void {
    this.#number += 1;
    this.busy = null;
  }
}
