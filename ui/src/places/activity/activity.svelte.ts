// What is shown of Activity: whose, what was searched for, and how far back.

import type { Trouble } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { ActivityEntry } from '../../bindings/ActivityEntry';
import type { ActivityRequest } from '../../bindings/ActivityRequest';
import type { ExportForm } from '../../bindings/ExportForm';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import { words } from '../../words';
import { stamp } from '../../words/format';
import type { Where } from '../../words/en/problems';

export interface Day {
  readonly name: string;
  readonly entries: readonly ActivityEntry[];
}

export class Activity {
  /** `null` before the first answer. */
  entries = $state.raw<readonly ActivityEntry[] | null>(null);
  total = $state(0);
  /** What the entries that are shown were searched for. */
  found = $state('');
  busy = $state<'reading' | 'older' | 'exporting' | 'addingAgain' | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  #search = $state('');
  #everyone = $state(false);
  /** Raised when what is on its way is no longer wanted. */
  #number = 0;

  constructor(
    readonly session: Session,
    readonly account: Account,
  ) {}

  get search(): string {
    return this.#search;
  }

  set search(search: string) {
    this.#search = search;
    void this.read();
  }

  /** Entries of all accounts, of those too that are no longer connected. */
  get everyone(): boolean {
    return this.#everyone;
  }

  set everyone(everyone: boolean) {
    this.#everyone = everyone;
    void this.read();
  }

  readonly days: readonly Day[] = $derived.by(() => {
    const days: { name: string; entries: ActivityEntry[] }[] = [];
    for (const entry of this.entries ?? []) {
      const name = words.activity.day(entry.at);
      const last = days.at(-1);
      if (last?.name === name) last.entries.push(entry);
      else days.push({ name, entries: [entry] });
    }
    return days;
  });

  get more(): boolean {
    return this.entries !== null && this.entries.length < this.total;
  }

  /** Reads the newest; older ones that are shown stay, if nothing is missing between. */
  async read(): Promise<void> {
    const request = this.#request(null);
    const same = this.found === request.search && this.entries !== null && this.#shownFor === request.account;
    await this.#work('reading', { is: 'readingActivity' }, () => this.read(), async () => {
      const { entries, total } = await this.session.backend.activity(request);
      return () => {
        const oldest = entries.at(-1)?.number;
        const known = same && oldest !== undefined ? (this.entries ?? []).filter(({ number }) => number < oldest) : [];
        const joined = known.length > 0 && this.entries?.some(({ number }) => number === oldest);
        this.entries = joined ? [...entries, ...known] : entries;
        this.total = total;
        this.found = request.search;
        this.#shownFor = request.account;
      };
    });
  }
  #shownFor: ActivityRequest['account'] = null;

  async older(): Promise<void> {
    const { entries } = this;
    const before = entries?.at(-1)?.number;
    if (entries === null || before === undefined || this.busy !== null) return;
    await this.#work('older', { is: 'readingActivity' }, () => this.older(), async () => {
      const page = await this.session.backend.activity(this.#request(before));
      return () => {
        this.entries = [...entries, ...page.entries];
        this.total = page.total;
      };
    });
  }

  /** Everything that the search finds, the older ones too. */
  async export(form: ExportForm): Promise<void> {
    if (this.busy !== null) return;
    const name = `latchkey_activity_${stamp(Date.now()).slice(0, 10)}.${form}`;
    await this.#work('exporting', { is: 'savingFile' }, () => this.export(form), async () => {
      const saved = await this.session.backend.exportActivity(words.activity.exportTitle, name, this.#request(null), form);
      return () => {
        if (saved) this.session.announcer.say(words.activity.exported(saved.name));
      };
    });
  }

  /** The account of an entry, as long as it is connected. */
  accountOf(entry: ActivityEntry): Account | undefined {
    return this.session.accounts.find(({ id }) => id === entry.account);
  }

  async addAgain(entry: ActivityEntry): Promise<void> {
    const account = this.accountOf(entry);
    if (account === undefined || this.busy !== null) return;
    await this.#work('addingAgain', { is: 'choosingKey' }, () => this.addAgain(entry), async () => {
      const key = await this.session.backend.addAgain(account.id, entry.number);
      return () => {
        // What an app is called is asked for in the dialog.
        const inventory = this.session.inventory(account);
        if (inventory.reading.is === 'notYet') void inventory.read();
        const app = inventory.apps.find((row) => row.app.id === entry.app?.id);
        this.session.add(account, app ? { key, app } : { key });
      };
    });
  }

  #request(before: number | null): ActivityRequest {
    return { account: this.#everyone ? null : this.account.id, search: this.#search.trim(), before };
  }

  /** `act` answers what to do with the answer, which is left undone when something else was asked meanwhile. */
  async #work(busy: NonNullable<Activity['busy']>, where: Where, again: () => Promise<void>, act: () => Promise<() => void>): Promise<void> {
    const number = ++this.#number;
    this.busy = busy;
    try {
      const take = await act();
      if (number !== this.#number) return;
      this.trouble = null;
      take();
    } catch (thrown) {
      if (number === this.#number) this.trouble = { problem: problemFrom(thrown), where, again: () => void again() };
    } finally {
      if (number === this.#number) this.busy = null;
    }
  }
}
