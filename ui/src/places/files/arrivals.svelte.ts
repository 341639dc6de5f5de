// Files that were dropped or opened by the system: what they are. Nothing is done with them before the person asks.

import type { Trouble } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { HeldFile } from '../../bindings/HeldFile';
import type { Identified } from '../../bindings/Identified';
import type { Registered } from '../../bindings/Registered';
import { problemFrom } from '../../problem';
import type { Session } from '../../session.svelte';
import type { Where } from '../../words/en/problems';

export class Arrivals {
  files = $state.raw<readonly HeldFile[]>([]);
  found = $state.raw<readonly Identified[]>([]);
  everywhere = $state(false);
  /** Being compared. */
  busy = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  /** The locked file whose password is asked for. */
  unlocking = $state<HeldFile['id'] | null>(null);
  /** Files that were proved to be the private key of a key. */
  proved = $state.raw<readonly HeldFile['id'][]>([]);
  #refuted = $state.raw<readonly string[]>([]);
  /** Raised when what is on its way is no longer wanted. */
  #number = 0;

  constructor(
    readonly session: Session,
    files: readonly HeldFile[],
    /** The account that is shown; `null`: there is none yet. */
    readonly here: Account | null,
  ) {
    this.files = files;
    void this.identify();
  }

  /** More files arrived: the core no longer holds the others. */
  take(files: readonly HeldFile[]): void {
    this.files = files;
    this.found = [];
    this.unlocking = null;
    this.proved = [];
    this.#refuted = [];
    void this.identify();
  }

  async identify(): Promise<void> {
    const number = ++this.#number;
    this.busy = true;
    this.trouble = null;
    try {
      const ids = this.files.map(({ id }) => id);
      const found = await this.session.backend.identify(ids, this.here?.id ?? null, this.everywhere);
      if (number === this.#number) this.found = found;
    } catch (thrown) {
      if (number === this.#number) this.#tell(thrown, { is: 'identifying' }, () => this.identify());
    } finally {
      if (number === this.#number) this.busy = false;
    }
  }

  compareEverywhere(everywhere: boolean): void {
    this.everywhere = everywhere;
    void this.identify();
  }

  /** The file as it is held. */
  fileOf({ file }: Identified): HeldFile | undefined {
    return this.files.find(({ id }) => id === file);
  }

  unlocked(file: HeldFile): void {
    this.unlocking = null;
    this.files = this.files.map((other) => (other.id === file.id ? file : other));
    void this.identify();
  }

  /** The file was checked, and is not the private key of that key. */
  isRefuted(file: HeldFile['id'], account: Account, key: Registered['id']): boolean {
    return this.#refuted.includes(checkOf(file, account, key));
  }

  /** Makes the private key sign, and notes its file with the key. */
  async check(file: HeldFile['id'], account: Account, key: Registered['id']): Promise<void> {
    if (this.busy) return;
    const number = ++this.#number;
    this.busy = true;
    this.trouble = null;
    try {
      const checked = await this.session.backend.checkPrivateKey(file, account.id, key);
      // It is noted, whoever waits for it.
      if (checked.is === 'its') this.session.inventory(account).change(checked.key);
      if (number !== this.#number) return;
      if (checked.is === 'its') this.proved = [...this.proved, file];
      else this.#refuted = [...this.#refuted, checkOf(file, account, key)];
    } catch (thrown) {
      if (number === this.#number) this.#tell(thrown, { is: 'checkingPrivateKey' }, () => this.check(file, account, key));
    } finally {
      if (number === this.#number) this.busy = false;
    }
  }

  close(): void {
    this.#number += 1;
    this.session.arrivals = null;
    this.session.backend.forgetFiles().catch(() => {});
  }

  /** Goes on with one of the files; the core goes on holding it. */
  leaveFor(act: () => void): void {
    this.#number += 1;
    this.session.arrivals = null;
    act();
  }

  #tell(thrown: unknown, where: Where, again: () => Promise<void>): void {
    this.trouble = { problem: problemFrom(thrown), where, again: () => void again() };
  }
}

function checkOf(file: HeldFile['id'], account: Account, key: Registered['id']): string {
  return `${file} ${account.id} ${key}`;
}
