// The keys and apps of one account, as they become known.

import type { Backend } from '../../backend';
import type { Account } from '../../bindings/Account';
import type { AppId } from '../../bindings/AppId';
import type { AppRow } from '../../bindings/AppRow';
import type { InventoryEvent } from '../../bindings/InventoryEvent';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import type { News } from '../../bindings/News';
import type { Pause } from '../../bindings/Pause';
import type { Problem } from '../../bindings/Problem';
import type { Quota } from '../../bindings/Quota';
import type { UsedFor } from '../../bindings/UsedFor';
import { problemFrom } from '../../problem';

/** Where a reading is. */
export type Reading =
  | { is: 'notYet' }
  /** Apple has not answered yet. */
  | { is: 'asking' }
  | { is: 'searching'; done: number; of: number }
  | { is: 'waiting'; until: Moment; why: Pause }
  | { is: 'finished'; stopped: boolean }
  | { is: 'failed'; problem: Problem };

/** A row with what Apple says of the key; names, notes and what was noted are of this computer. */
export function withApples(row: KeyRow, { usedFor, fingerprint, publicKey }: KeyRow): KeyRow {
  return { ...row, usedFor, fingerprint, publicKey };
}

/** A row that was answered without asking Apple may leave open what is known already. */
export function withKnownUse(row: KeyRow, { usedFor }: KeyRow): KeyRow {
  return row.usedFor.is === 'looking' ? { ...row, usedFor } : row;
}

/** What it is for may have been told from a list of before: nothing else of its row is taken. */
function withUse(row: KeyRow, usedFor: UsedFor | undefined): KeyRow {
  return usedFor === undefined ? row : { ...row, usedFor };
}

/** Events are taken in together this often, in milliseconds: hundreds of apps answer within a second. */
const pace = 40;

export class Inventory {
  account = $state.raw<Account>() as Account;
  reading = $state.raw<Reading>({ is: 'notYet' });
  keys = $state.raw<readonly KeyRow[]>([]);
  apps = $state.raw<readonly AppRow[]>([]);
  appsComplete = $state(false);
  /** Every key's app is known: an app that was not asked has no key of its own. */
  allPlaced = $state(false);
  /** When Apple told the keys that are shown; `null`: there are none to show yet. */
  asOf = $state<Moment | null>(null);
  /** So few requests are left that this reading goes slowly; `null`: it does not. */
  slow = $state.raw<Quota | null>(null);
  /** Parts that could not be read, the last of each kind. */
  partly = $state.raw<readonly Problem[]>([]);
  /** Keys that came or went without this computer, until the person says to know of them. */
  news = $state.raw<readonly News[]>([]);
  stopping = $state(false);
  #run = '';
  #waiting: InventoryEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Keys added here that no listing has named yet. */
  readonly #put = new Map<KeyRow['id'], KeyRow>();
  /** Keys removed from here. The reading that was on its way then may still name them. */
  readonly #dropped = new Set<KeyRow['id']>();
  /** Rows as they were last changed from here. The reading that was on its way then may still tell them as they were. */
  readonly #changed = new Map<KeyRow['id'], KeyRow>();
  /** Another reading was asked for while one was on its way. */
  #again = false;

  constructor(
    readonly backend: Backend,
    account: Account,
  ) {
    this.account = account;
  }

  get busy(): boolean {
    return this.reading.is === 'asking' || this.reading.is === 'searching' || this.reading.is === 'waiting';
  }

  /** Reads everything anew. What is shown stays until Apple tells better. */
  async read(): Promise<void> {
    if (this.busy) return;
    const run = crypto.randomUUID();
    this.#run = run;
    this.reading = { is: 'asking' };
    this.partly = [];
    this.slow = null;
    this.stopping = false;
    this.#again = false;
    this.#dropped.clear();
    this.#changed.clear();
    this.appsComplete = false;
    this.#fresh = new Map();
    try {
      await this.backend.inventory(this.account.id, run, (event) => this.#take(run, event));
    } catch (thrown) {
      if (this.#run !== run) return;
      this.#settle();
      this.stopping = false;
      this.slow = null;
      this.reading = { is: 'failed', problem: problemFrom(thrown) };
      if (this.#again) void this.read();
    }
  }

  /** Reads everything as it is now: what a reading that is on its way tells may be older. */
  async readAnew(): Promise<void> {
    if (this.busy) this.#again = true;
    else await this.read();
  }

  async stop(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.stopping = true;
    await this.backend.stop(this.#run).catch(() => (this.stopping = false));
  }

  /** A key that was just added: shown at once, and with its app. */
  put(key: KeyRow): void {
    this.#put.set(key.id, key);
    this.keys = this.#withPut(this.keys);
    this.apps = this.apps.map((row) => this.#withPutKeys(row));
    if (key.usedFor.is !== 'looking') return;
    // Apple doesn't show yet what it is for.
    void this.readAnew();
  }

  /** A key that was just removed: gone at once, from its app, too. */
  drop(id: KeyRow['id']): void {
    this.#put.delete(id);
    this.#dropped.add(id);
    this.keys = this.#withPut(this.keys);
    this.apps = this.apps.map((row) => this.#withPutKeys(row));
  }

  /** What is now known of a row that is shown. */
  change(key: KeyRow): void {
    this.#changed.set(key.id, key);
    const put = this.#put.get(key.id);
    if (put) this.#put.set(key.id, withKnownUse(key, put));
    this.keys = this.keys.map((row) => (row.id === key.id ? withKnownUse(key, row) : row));
  }

  /** Rejects with a problem; then the news stay. */
  async knowNews(): Promise<void> {
    const known = this.news;
    await this.backend.knowNews(this.account.id, Math.max(...known.map(({ at }) => at)));
    if (this.news === known) this.news = [];
  }

  /** A listing, with what was written from here since its reading began. */
  #withChanged(keys: readonly KeyRow[]): readonly KeyRow[] {
    return keys.map((row) => {
      const changed = this.#changed.get(row.id);
      return changed ? withApples(changed, row) : row;
    });
  }

  #withPut(keys: readonly KeyRow[]): readonly KeyRow[] {
    return [...keys.filter(({ id }) => !this.#put.has(id) && !this.#dropped.has(id)), ...this.#put.values()];
  }

  #withPutKeys(row: AppRow): AppRow {
    const put = [...this.#put.values()].filter(({ usedFor }) => usedFor.is === 'app' && usedFor.app.id === row.app.id).map(({ id }) => id);
    const before = row.key.is === 'own' ? row.key.keys : [];
    const own = [...before.filter((id) => !put.includes(id) && !this.#dropped.has(id)), ...put];
    if (put.length === 0 && own.length === before.length) return row;
    return { app: row.app, key: own.length > 0 ? { is: 'own', keys: own } : { is: 'none' } };
  }

  /** Apps of this reading; they replace the ones before once all are there. */
  #fresh = new Map<AppId, AppRow>();

  #take(run: string, event: InventoryEvent): void {
    if (this.#run !== run) return;
    this.#waiting.push(event);
    // The end is taken in at once, so that a failure after it can't be shown before it.
    if (event.is === 'finished') this.#settle();
    else this.#timer ??= setTimeout(() => this.#settle(), pace);
  }

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#waiting;
    this.#waiting = [];
    const usedFor = new Map<KeyRow['id'], UsedFor>();
    let appsChanged = false;
    for (const event of events) {
      switch (event.is) {
        case 'remembered':
          if (this.asOf === null || event.at > this.asOf) {
            this.keys = this.#withPut(this.#withChanged(event.keys));
            this.asOf = event.at;
          }
          break;
        case 'keys':
          usedFor.clear();
          for (const { id } of event.keys) this.#put.delete(id);
          this.keys = this.#withPut(this.#withChanged(event.keys));
          this.asOf = event.at;
          this.news = [];
          this.#go({ is: 'searching', done: 0, of: 0 });
          break;
        case 'news':
          this.news = event.news;
          break;
        case 'apps':
          for (const row of event.apps) this.#fresh.set(row.app.id, row);
          if (event.complete) this.appsComplete = true;
          appsChanged = true;
          break;
        case 'key':
          usedFor.set(event.key.id, event.key.usedFor);
          break;
        case 'app':
          this.#fresh.set(event.app.app.id, event.app);
          appsChanged = true;
          break;
        case 'checked':
          this.#go({ is: 'searching', done: event.done, of: event.of });
          break;
        case 'waiting':
          this.#go({ is: 'waiting', until: event.until, why: event.why });
          break;
        case 'slow':
          if (this.busy) this.slow = event.quota;
          break;
        case 'partly':
          this.partly = [...this.partly.filter(({ code }) => code !== event.problem.code), event.problem];
          break;
        case 'finished':
          this.#go({ is: 'finished', stopped: event.stopped });
          this.allPlaced = event.allPlaced;
          this.slow = null;
          this.stopping = false;
          appsChanged = true;
          break;
      }
    }
    if (usedFor.size > 0) this.keys = this.keys.map((key) => withUse(key, usedFor.get(key.id)));
    if (appsChanged) this.#showApps();
    if (this.#again && !this.busy) void this.read();
  }

  /** Events may arrive after the failure that ended their reading. */
  #go(reading: Reading): void {
    if (this.reading.is !== 'failed') this.reading = reading;
  }

  /** While a second reading is on its way, apps that it has not named yet stay as they were. */
  #showApps(): void {
    const before = this.apps.filter(({ app }) => !this.#fresh.has(app.id));
    const stay = this.reading.is === 'finished' && this.appsComplete ? [] : before;
    this.apps = [...this.#fresh.values(), ...stay].map((row) => this.#withPutKeys(row));
  }
}
