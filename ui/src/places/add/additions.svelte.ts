// The dialog that adds a key, wherever it was opened, and the one about a change whose outcome is unknown.

import type { Account } from '../../bindings/Account';
import type { Session } from '../../session.svelte';
import { Adding, type AddFrom } from './adding.svelte';
import type { Lost } from './lost.svelte';

const nothing: AddFrom = {};

export class Additions {
  /** What was chosen stays when the dialog is closed without having sent it. */
  adding = $state.raw<Adding | null>(null);
  open = $state(false);
  lost = $state.raw<Lost | null>(null);

  constructor(readonly session: Session) {}

  /** Opens the dialog for what is given; with nothing given, as it was left. */
  add(account: Account, from?: AddFrom): void {
    const left = from === undefined && this.adding?.account.id === account.id && this.adding.from === nothing;
    if (!left) this.adding = new Adding(this.session, this.session.inventory(account), from ?? nothing);
    this.open = true;
  }

  close(): void {
    const { adding } = this;
    this.open = false;
    if (adding === null) return;
    const { outcome, from } = adding;
    adding.leave();
    if (outcome || adding.file === null || adding.prepared?.already || from !== nothing) this.adding = null;
    if (outcome?.is === 'done' || outcome?.is === 'already') from.onadded?.(outcome.key);
    else from.onclose?.();
    if (outcome?.is === 'lost') this.lost = outcome.lost;
  }

  /** Goes on elsewhere: whoever opened the dialog is not told that it was closed. */
  leaveFor(act: () => void): void {
    this.adding?.leave();
    this.adding = null;
    this.open = false;
    act();
  }

  /** A change whose outcome is unknown comes first, and once. */
  showUntold(): void {
    this.lost = this.session.lost.find(({ told }) => !told) ?? null;
  }

  closeLost(closed: Lost): void {
    closed.told = true;
    if (this.lost === closed) this.lost = null;
    if (!closed.decided) return;
    this.session.forget(closed);
    void this.session.changes.settled(closed);
  }
}
