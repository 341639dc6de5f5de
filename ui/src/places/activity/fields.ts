// Everything that one entry of Activity says, field by field.

import type { ActivityEntry } from '../../bindings/ActivityEntry';
import { groupsOf } from '../../fingerprint';
import { words } from '../../words';
import { stamp } from '../../words/format';
import { plain } from '../../words/rich';

export interface Field {
  readonly label: string;
  readonly value: string;
  /** An ID, to be read sign by sign. */
  readonly code?: boolean;
  readonly lang?: string | null;
}

export function fieldsOf(entry: ActivityEntry): Field[] {
  const say = words.activity;
  const { field } = say;
  const { app } = entry;
  const sure = say.sure(entry);
  const fields: (Field | null)[] = [
    { label: field.at, value: stamp(entry.at) },
    entry.accountName === '' ? null : { label: field.account, value: entry.accountName },
    entry.apiKeyId === '' ? null : { label: field.apiKeyId, value: entry.apiKeyId, code: true },
    entry.keyName === null ? null : { label: field.keyName, value: entry.keyName },
    entry.key === null ? null : { label: field.key, value: entry.key, code: true },
    entry.fingerprint === null ? null : { label: field.fingerprint, value: groupsOf(entry.fingerprint).join(' '), code: true },
    app && { label: field.app, value: words.activity.appAndIds(app), lang: app.locale },
    entry.allApps ? { label: field.app, value: say.allApps } : null,
    sure && { label: field.confirmed, value: plain(sure) },
    detailOf(entry),
    { label: field.result, value: say.result(entry) },
    entry.status === null && entry.code === null ? null : { label: field.status, value: [entry.status, entry.code].filter((part) => part !== null).join(' '), code: true },
    entry.requestId === null ? null : { label: field.requestId, value: entry.requestId, code: true },
    { label: entry.broughtIn ? field.userElsewhere : field.user, value: entry.user },
    { label: field.version, value: entry.version },
    entry.broughtIn ? { label: field.broughtIn, value: say.aCopy } : null,
  ];
  return fields.filter((one) => one !== null);
}

/** What an entry says beyond its columns depends on what was done. */
function detailOf({ did, detail }: ActivityEntry): Field | null {
  const { field, way } = words.activity;
  if (detail === null) return null;
  switch (did) {
    case 'createdPair':
    case 'savedPrivateKey':
    case 'checkedPrivateKey':
    case 'savedCopy':
    case 'broughtInCopy':
      return { label: field.file, value: detail, code: true };
    case 'described':
    case 'renamedAccount':
      return { label: field.former, value: detail };
    case 'newApiKey':
      return { label: field.former, value: detail, code: true };
    case 'replaceBegun':
    case 'replaceChanged':
      return { label: field.way, value: way(detail) };
    case 'serverSwitched':
      return { label: field.byWord, value: detail };
    case 'replaceStopped':
    case 'replaceFinished':
      return { label: field.newKey, value: detail, code: true };
    default:
      // Who confirmed it is said along with how.
      return null;
  }
}

export function textOf(fields: readonly Field[]): string {
  return fields.map(({ label, value }) => `${label}: ${value}\n`).join('');
}
