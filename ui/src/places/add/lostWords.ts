// What a lost key was for, in words.

import type { AccountId } from '../../bindings/AccountId';
import type { Pending } from '../../bindings/Pending';
import { words } from '../../words';

/** `here`: the account on screen; another one is named. */
export function lostFor(pending: Pending, here: AccountId): string {
  if (pending.app === null) return words.add.lost.whatAll(pending.account);
  const what = pending.appName ?? words.add.lost.whatId(pending.app);
  return pending.accountId === here ? what : words.add.lost.whatIn(what, pending.account);
}
