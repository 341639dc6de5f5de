// What a lost change was about, in words.

import type { AccountId } from '../../bindings/AccountId';
import type { Pending } from '../../bindings/Pending';
import { words } from '../../words';
import { name, type Rich } from '../../words/rich';

/** `here`: the account on screen; another one is named. */
export function lostFor(pending: Pending, here: AccountId | null): Rich {
  const say = words.lost;
  const inAccount = (what: Rich) => (pending.accountId === here ? what : say.in(what, pending.account));
  if (pending.change.is === 'remove') return inAccount(say.key(name(pending.name ?? pending.change.key)));
  if (pending.app === null) return say.allApps(pending.account);
  return inAccount(pending.appName === null ? say.appId(pending.app) : say.app(name(pending.appName)));
}
