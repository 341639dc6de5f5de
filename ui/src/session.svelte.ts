// What the window shows, and the accounts it can show. Everything else is owned by a place.

import { createContext } from 'svelte';
import { Announcer } from './announcer.svelte';
import type { Backend } from './backend';
import type { Account } from './bindings/Account';
import type { AccountId } from './bindings/AccountId';
import type { Connected } from './bindings/Connected';
import type { DraftId } from './bindings/DraftId';
import type { Happening } from './bindings/Happening';
import type { Link } from './bindings/Link';
import type { Pending } from './bindings/Pending';
import type { Problem } from './bindings/Problem';
import { Lost } from './places/add/lost.svelte';
import { Inventory } from './places/keys/inventory.svelte';
import { problemFrom } from './problem';
import { words } from './words';
import type { Where } from './words/en/problems';

export type Shown =
  | { is: 'starting' }
  | { is: 'notStarted'; problem: Problem }
  | { is: 'welcome' }
  | { is: 'connect'; drop: DraftId | null }
  | { is: 'account'; account: Account };

export interface Notice {
  readonly problem: Problem;
  readonly where: Where;
  readonly sample: boolean;
  readonly again: () => void;
}

/** Takes a dropped file; the one that was added last is asked. */
export type TakeDrop = (drop: DraftId) => void;

export class Session {
  shown = $state.raw<Shown>({ is: 'starting' });
  accounts = $state.raw<readonly Account[]>([]);
  sampleOnly = $state(false);
  host = $state<string | null>(null);
  keychainWaits = $state(false);
  draggedOver = $state(false);
  /** What failed beside the work at hand; shown until it is closed. */
  notice = $state.raw<Notice | null>(null);
  lost = $state.raw<readonly Lost[]>([]);
  /** Modal dialogs that are open; news are shown in the topmost. */
  dialogs = $state(0);
  readonly announcer = new Announcer();
  readonly #inventories = new Map<AccountId, Inventory>();
  readonly #takers: TakeDrop[] = [];

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    this.shown = { is: 'starting' };
    try {
      const start = await this.backend.start();
      this.accounts = start.accounts;
      this.sampleOnly = start.sampleOnly;
      this.host = start.host;
      this.lost = start.pending.map((pending) => this.#lost(pending, null));
      await this.backend.watch((happening) => this.#happened(happening));
      const first = this.accounts[0];
      this.shown = first ? { is: 'account', account: first } : { is: 'welcome' };
      for (const lost of this.lost) void lost.look();
    } catch (thrown) {
      this.shown = { is: 'notStarted', problem: problemFrom(thrown) };
    }
  }

  /** Looks for a key whose fate is unknown. */
  lose(pending: Pending, problem: Problem): Lost {
    const lost = this.#lost(pending, problem);
    this.lost = [...this.lost, lost];
    void lost.look();
    return lost;
  }

  /** The person has seen how it ended. */
  forget(lost: Lost): void {
    this.lost = this.lost.filter((other) => other !== lost);
  }

  #lost(pending: Pending, problem: Problem | null): Lost {
    return new Lost(this.backend, pending, problem, (key) => {
      const account = this.accounts.find(({ id }) => id === pending.accountId);
      if (account) this.inventory(account).put(key);
    });
  }

  #happened(happening: Happening): void {
    switch (happening.is) {
      case 'dragOver':
        this.draggedOver = happening.over;
        break;
      case 'dropped':
        this.draggedOver = false;
        (this.#takers.at(-1) ?? (() => this.ignoreDrop()))(happening.id);
        break;
      case 'keychainWaits':
        this.keychainWaits = happening.waiting;
        break;
    }
  }

  ignoreDrop(): void {
    this.announcer.say(words.common.dropIgnored, 'info');
  }

  /** Takes dropped files until the returned function is called. */
  takeDrops(take: TakeDrop): () => void {
    this.#takers.push(take);
    return () => void this.#takers.splice(this.#takers.indexOf(take), 1);
  }

  /** The keys and apps of an account, as far as this window has read them. */
  inventory(account: Account): Inventory {
    let inventory = this.#inventories.get(account.id);
    if (!inventory) {
      inventory = new Inventory(this.backend, account);
      this.#inventories.set(account.id, inventory);
    }
    return inventory;
  }

  show(account: Account): void {
    this.shown = { is: 'account', account };
    this.accounts = [account, ...this.accounts.filter(({ id }) => id !== account.id)];
    // Remembering it is a convenience of the next start: nothing to bother anyone with.
    this.backend.selectAccount(account.id).catch(() => {});
  }

  /** `drop`: a file that was dropped where it could be nothing but an API key. */
  showConnect(drop: DraftId | null = null): void {
    this.shown = { is: 'connect', drop };
  }

  /** Back to where there is something to see. */
  leaveConnect(): void {
    const first = this.accounts[0];
    this.shown = first ? { is: 'account', account: first } : { is: 'welcome' };
  }

  async showSample(): Promise<void> {
    this.notice = null;
    const { shown } = this;
    try {
      const account = await this.backend.openSample();
      if (this.shown === shown) this.show(account);
      else this.arrived(account);
    } catch (thrown) {
      this.#notice(thrown, { is: 'openingSample' }, true, () => this.showSample());
    }
  }

  connected({ account }: Connected): void {
    this.accounts = [account, ...this.accounts.filter(({ id }) => id !== account.id)];
  }

  /** An account that came when the person had gone on to something else. */
  arrived(account: Account): void {
    this.accounts = [...this.accounts.filter(({ id }) => id !== account.id), account];
    if (this.shown.is === 'welcome') this.show(account);
    this.announcer.say(words.accounts.connectedMeanwhile(account.name));
  }

  /** Rejects with a problem; then the account stays. */
  async disconnect(account: Account): Promise<void> {
    await this.backend.disconnect(account.id);
    this.#inventories.delete(account.id);
    this.accounts = this.accounts.filter(({ id }) => id !== account.id);
    this.lost = this.lost.filter(({ pending }) => pending.accountId !== account.id);
    this.announcer.say(words.accounts.disconnected(account.name));
    if (this.shown.is === 'account' && this.shown.account.id === account.id) this.leaveConnect();
  }

  /** Copies, and says so. What comes from the sample account says that, too. */
  async copy(text: string, sample: boolean): Promise<void> {
    const marked = sample ? `${words.common.sampleMark}${text.includes('\n') ? '\n\n' : ' '}${text}` : text;
    try {
      await this.backend.copy(marked);
      this.notice = null;
      this.announcer.say(words.common.copied);
    } catch (thrown) {
      this.#notice(thrown, { is: 'copying' }, sample, () => this.copy(text, sample));
    }
  }

  async openLink(link: Link): Promise<void> {
    this.notice = null;
    try {
      await this.backend.openLink(link);
    } catch (thrown) {
      this.#notice(thrown, { is: 'openingLink' }, false, () => this.openLink(link));
    }
  }

  #notice(thrown: unknown, where: Where, sample: boolean, again: () => Promise<void>): void {
    this.notice = { problem: problemFrom(thrown), where, sample, again: () => void again() };
  }
}

export const [useSession, provideSession] = createContext<Session>();
