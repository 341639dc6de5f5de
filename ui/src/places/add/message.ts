// What the engineer is told about a key, from its row.

import type { Account } from '../../bindings/Account';
import type { KeyRow } from '../../bindings/KeyRow';
import type { Moment } from '../../bindings/Moment';
import { groupsOf } from '../../fingerprint';
import type { HandOver } from '../../words/en/messages';

export function handOver(key: KeyRow, account: Pick<Account, 'name'>, at: Moment | null): HandOver {
  const { usedFor } = key;
  return {
    app: usedFor.is === 'app' ? usedFor.app : usedFor.is === 'allApps' ? null : undefined,
    id: key.id,
    fingerprint: key.fingerprint === null ? null : groupsOf(key.fingerprint).join(' '),
    account: account.name,
    at,
  };
}
