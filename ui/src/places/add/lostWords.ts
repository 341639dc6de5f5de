// What a lost key was for, in words.

import type { Pending } from '../../bindings/Pending';
import { words } from '../../words';

export function lostFor(pending: Pending): string {
  if (pending.app === null) return words.add.lost.whatAll(pending.account);
  return pending.appName ?? words.add.lost.whatId(pending.app);
}
