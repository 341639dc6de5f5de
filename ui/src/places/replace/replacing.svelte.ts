// Replacing a key: the first question, then one recorded step after another.

import { Asking } from '../../asking.svelte';
import type { Account } from '../../bindings/Account';
import type { KeyRow } from '../../bindings/KeyRow';
import type { TokenCheck } from '../../bindings/TokenCheck';
import type { Work } from '../../bindings/Work';
import type { WorkKind } from '../../bindings/WorkKind';
import { words } from '../../words';
import type { Changes } from './changes.svelte';

export class Replacing {
  readonly asking = new Asking<'reading' | 'recording'>();
  work = $state.raw<Work | null>(null);
  /** The answer to the first question. */
  kind = $state<WorkKind | null>(null);
  /** Where it stands was read since it was opened. */
  known = $state(false);
  /** Who says that the server has switched. */
  by = $state('');

  constructor(
    readonly changes: Changes,
    readonly account: Account,
    readonly old: Pick<KeyRow, 'id' | 'name'>,
    work: Work | null = null,
  ) {
    this.work = work;
  }

  get name(): string {
    return this.old.name ?? words.keys.unnamed;
  }

  /** The one question of the step is answered. */
  readonly answered = $derived(this.work === null ? this.kind !== null : this.work.step !== 'switch' || this.by.trim() !== '');

  begin(): Promise<void> {
    const { kind } = this;
    if (kind === null) return Promise.resolve();
    return this.#record((backend) => backend.beginReplace(this.account.id, this.old.id, kind), () => this.begin());
  }

  /** Where it stands may have changed while this was not looked at. */
  read(): Promise<void> {
    const { work } = this;
    if (work === null) return Promise.resolve();
    return this.asking.ask('reading', { is: 'replacing' }, () => void this.read(), async () => {
      const read = await this.changes.session.backend.readWork(work.id);
      return () => this.#take(read);
    });
  }

  handOver(): Promise<void> {
    return this.#step((work, backend) => backend.handOver(work.id), () => this.handOver());
  }

  switchedByWord(): Promise<void> {
    return this.#step((work, backend) => backend.switchedByWord(work.id, this.by.trim()), () => this.switchedByWord());
  }

  change(kind: WorkKind): Promise<void> {
    return this.#step((work, backend) => backend.changeReplace(work.id, kind), () => this.change(kind));
  }

  /** A token that is proof has recorded the step. */
  checked(token: TokenCheck): void {
    if (token.work !== null) this.#take(token.work);
  }

  add(): void {
    if (this.work !== null && this.asking.busy === null) this.changes.addNew(this.work);
  }

  remove(): void {
    if (this.work !== null && this.asking.busy === null) this.changes.removeOld(this.work);
  }

  #step(act: (work: Work, backend: Changes['session']['backend']) => Promise<Work>, again: () => Promise<void>): Promise<void> {
    const { work } = this;
    return work === null ? Promise.resolve() : this.#record((backend) => act(work, backend), again);
  }

  #record(act: (backend: Changes['session']['backend']) => Promise<Work>, again: () => Promise<void>): Promise<void> {
    return this.asking.ask('recording', { is: 'replacing' }, () => void again(), async () => {
      const work = await act(this.changes.session.backend);
      // It is recorded, whoever waits for it.
      this.changes.put(work);
      return () => this.#take(work);
    });
  }

  #take(work: Work): void {
    this.work = work;
    this.known = true;
    this.changes.put(work);
  }
}
