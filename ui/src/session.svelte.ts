// What the window shows, and the accounts it can show. Everything else is owned by a place.

import { createContext } from 'svelte';
import { Announcer } from './announcer.svelte';
import type { Backend } from './backend';
import type { Account } from './bindings/Account';
import type { AccountId } from './bindings/AccountId';
import type { Connected } from './bindings/Connected';
import type { Happening } from './bindings/Happening';
import type { HeldFile } from './bindings/HeldFile';
import type { KeyRow } from './bindings/KeyRow';
import type { Link } from './bindings/Link';
import type { Moment } from './bindings/Moment';
import type { Pending } from './bindings/Pending';
import type { Problem } from './bindings/Problem';
import type { SetAside } from './bindings/SetAside';
import type { AddFrom } from './places/add/adding.svelte';
import { Additions } from './places/add/additions.svelte';
import { Lost } from './places/add/lost.svelte';
import { Arrivals } from './places/files/arrivals.svelte';
import { Inventory } from './places/keys/inventory.svelte';
import { Changes } from './places/replace/changes.svelte';
import { Places } from './places/shell/places.svelte';
import { problemFrom } from './problem';
import { words } from './words';
import type { Where } from './words/en/problems';

export type Shown =
  | { is: 'starting' }
  | { is: 'notStarted'; problem: Problem }
  | { is: 'welcome' }
  | { is: 'connect'; file: HeldFile | null }
  | { is: 'account'; account: Account }
  /** Nothing is stored here any more. The accounts are those that were. */
  | { is: 'ended'; accounts: readonly Account[] };

export interface Notice {
  readonly problem: Problem;
  readonly where: Where;
  readonly sample: boolean;
  readonly again: () => void;
}

/** Takes files that were dropped or opened by the system; whoever came last is asked. */
export type TakeFiles = (files: readonly HeldFile[]) => void;

export class Session {
  shown = $state.raw<Shown>({ is: 'starting' });
  accounts = $state.raw<readonly Account[]>([]);
  sampleOnly = $state(false);
  host = $state<string | null>(null);
  version = $state('');
  keychainWaits = $state(false);
  /** When Apple's limit lets something go on that waits for it; `null`: nothing waits. */
  appleWaits = $state<Moment | null>(null);
  /** Who signed the certificate of Apple's server, if only this computer trusts them. */
  readBy = $state<string | null>(null);
  /** The person has seen who that is. */
  readByClosed = $state(false);
  /** The connection is being diagnosed over what is shown; `null`: it is not. */
  diagnosing = $state.raw<{ readonly account: Account | null } | null>(null);
  draggedOver = $state(false);
  /** Files that arrived, while it is said what they are. */
  arrivals = $state.raw<Arrivals | null>(null);
  /** Opens the dialog that replaces a key, once there is one. */
  openReplace: ((account: Account, key: KeyRow['id']) => void) | null = null;
  /** What failed beside the work at hand; shown until it is closed. */
  notice = $state.raw<Notice | null>(null);
  lost = $state.raw<readonly Lost[]>([]);
  /** Damaged records that were set aside, until the person knows of it. */
  setAside = $state.raw<SetAside | null>(null);
  /** Modal dialogs that are open; news are shown in the topmost. */
  dialogs = $state(0);
  readonly announcer = new Announcer();
  readonly places = new Places();
  readonly additions = new Additions(this);
  readonly changes = new Changes(this);
  readonly #inventories = new Map<AccountId, Inventory>();
  readonly #takers: TakeFiles[] = [];

  constructor(readonly backend: Backend) {}

  async start(): Promise<void> {
    this.shown = { is: 'starting' };
    try {
      const start = await this.backend.start();
      this.accounts = start.accounts;
      this.sampleOnly = start.sampleOnly;
      this.host = start.host;
      this.version = start.version;
      this.setAside = start.setAside;
      this.#readBy(start.readBy);
      this.changes.works = start.works;
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
    return new Lost(this.backend, pending, problem, (found) => {
      const account = this.accounts.find(({ id }) => id === pending.accountId);
      if (account && found.is === 'arrived') this.inventory(account).put(found.key);
      if (account && found.is === 'gone') this.inventory(account).drop(found.key.id);
      if (pending.work !== null) void this.changes.refresh(pending.work);
    });
  }

  #happened(happening: Happening): void {
    switch (happening.is) {
      case 'dragOver':
        this.draggedOver = happening.over;
        break;
      case 'arrived':
        this.draggedOver = false;
        (this.#takers.at(-1) ?? ((files) => this.#identify(files)))(happening.files);
        break;
      case 'keychainWaits':
        this.keychainWaits = happening.waiting;
        break;
      case 'readBy':
        this.#readBy(happening.by);
        break;
      case 'appleWaits':
        this.appleWaits = happening.until;
        break;
    }
  }

  #readBy(by: string | null): void {
    if (by === this.readBy) return;
    this.readBy = by;
    this.readByClosed = false;
  }

  /** Says what the files are, unless something else is being asked. */
  #identify(files: readonly HeldFile[]): void {
    const here = this.shown.is === 'account' ? this.shown.account : null;
    if (this.dialogs > 0 || (here === null && this.shown.is !== 'welcome')) this.ignoreDrop();
    else this.arrivals = new Arrivals(this, files, here);
  }

  ignoreDrop(): void {
    this.announcer.say(words.common.dropIgnored, 'info');
  }

  /** Takes files that arrive until the returned function is called. */
  takeFiles(take: TakeFiles): () => void {
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

  /** Opens the dialog that adds a key to the account. */
  add(account: Account, from?: AddFrom): void {
    this.additions.add(account, from);
  }

  /** `key`: the one whose panel is to be open. */
  show(account: Account, key: KeyRow['id'] | null = null): void {
    if (this.shown.is !== 'account' || this.shown.account.id !== account.id) this.places.openKey = null;
    if (this.shown.is !== 'account') this.places.go('keys');
    this.shown = { is: 'account', account };
    if (key !== null) this.places.showKey(key);
    this.accounts = [account, ...this.accounts.filter(({ id }) => id !== account.id)];
    // Remembering it is a convenience of the next start: nothing to bother anyone with.
    this.backend.selectAccount(account.id).catch(() => {});
  }

  /** `file`: what may be the API key. */
  showConnect(file: HeldFile | null = null): void {
    this.shown = { is: 'connect', file };
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

  /** The account as it is now: with another name, or another API key. */
  changed(account: Account): void {
    this.accounts = this.accounts.map((one) => (one.id === account.id ? account : one));
    if (this.shown.is === 'account' && this.shown.account.id === account.id) this.shown = { is: 'account', account };
    this.inventory(account).account = account;
    this.changes.changed(account);
  }

  /** Rejects with a problem; then the account stays. */
  async disconnect(account: Account): Promise<void> {
    await this.backend.disconnect(account.id);
    this.#inventories.delete(account.id);
    this.accounts = this.accounts.filter(({ id }) => id !== account.id);
    this.lost = this.lost.filter(({ pending }) => pending.accountId !== account.id);
    this.changes.forget(account.id);
    this.announcer.say(words.accounts.disconnected(account.name));
    if (this.shown.is === 'account' && this.shown.account.id === account.id) this.leaveConnect();
  }

  /** Checks the way to Apple, over what is shown. `null`: without an account. */
  diagnose(account: Account | null): void {
    this.diagnosing = { account };
  }

  /** Nothing is left that anything could be shown of. */
  removedEverything(): void {
    this.shown = { is: 'ended', accounts: this.accounts.filter(({ sample }) => !sample) };
    this.accounts = [];
    this.lost = [];
    this.changes.works = [];
    this.setAside = null;
    this.readBy = null;
    this.appleWaits = null;
    this.diagnosing = null;
    this.notice = null;
    this.#inventories.clear();
  }

  async quit(): Promise<void> {
    this.notice = null;
    try {
      await this.backend.quit();
    } catch (thrown) {
      this.#notice(thrown, { is: 'quitting' }, false, () => this.quit());
    }
  }

  /** The person knows of the damaged records that were set aside. */
  async knowSetAside(): Promise<void> {
    this.notice = null;
    try {
      await this.backend.knowSetAside();
      this.setAside = null;
    } catch (thrown) {
      this.#notice(thrown, { is: 'knowingSetAside' }, false, () => this.knowSetAside());
    }
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
