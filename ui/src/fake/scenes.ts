// States of the window that can be asked for: `fake.html?fake=NAME`.

import type { Account } from '../bindings/Account';
import type { ActivityEntry } from '../bindings/ActivityEntry';
import type { AppRow } from '../bindings/AppRow';
import type { Finding } from '../bindings/Finding';
import type { InventoryEvent } from '../bindings/InventoryEvent';
import type { KeyRow } from '../bindings/KeyRow';
import type { Looked } from '../bindings/Looked';
import type { Pending } from '../bindings/Pending';
import type { Place } from '../bindings/Place';
import type { Problem } from '../bindings/Problem';
import { entries, manyEntries } from './activity';
import { connection, connectionScenes, type ConnectionScene } from './connection';
import { appRows, apps, company, fingerprint, key, keys, manyApps, manyKeys, now, person, sample, uuid } from './data';
import { everything, type EverythingScene } from './everything';
import { everythingScenes } from './everythingScenes';
import { fileScenes } from './fileScenes';
import type { KeysScene } from './keys';
import { keyScenes } from './keyScenes';
import type { RemovingScene } from './removing';
import type { ReplacingScene } from './replacing';
import { nothingNew, settings, type SettingsScene } from './settings';

export interface KeyFile {
  readonly name: string | null;
  readonly holds?: 'publicKey' | 'privateKey';
  readonly from?: string;
  /** It has a password, and how it opens. */
  readonly locked?: 'quickly' | 'slowly' | 'tooExpensive';
  /** What taking it rejects with. */
  readonly problem?: Problem;
}

/** What becomes of a pair that is made here, or of a private key in the keychain. */
export interface Pairs {
  /** Where the person wants to save it, in turn; the last one stays. A name of '' is the proposed one. */
  readonly places: readonly (Place | null)[];
  /** What saving in the first place rejects with. */
  readonly saveProblem: Problem | null;
  readonly notKept: Problem | null;
  readonly keptProblem: Problem | null;
}

export interface Scene extends ConnectionScene, KeysScene, RemovingScene, ReplacingScene {
  readonly accounts: readonly Account[];
  readonly sampleOnly: boolean;
  readonly host: string | null;
  readonly pending: readonly Pending[];
  readonly startProblem: Problem | null;
  /** What choosing a key file gives, in turn; the last one stays. `null`: closed without choosing. */
  readonly keyFiles: readonly (KeyFile | null)[];
  readonly pairs: Pairs;
  readonly apiKeyProblem: Problem | null;
  /** What connecting answers, in turn; the last one stays. */
  readonly connects: readonly (Problem | 'accepted')[];
  readonly keys: readonly KeyRow[];
  readonly apps: readonly AppRow[];
  /** Events after the keys, or the problem that ends the reading. */
  readonly reading: readonly InventoryEvent[];
  readonly remembered: boolean;
  readonly readingProblem: Problem | null;
  readonly already: boolean;
  readonly stays: boolean;
  readonly otherAccounts: readonly string[];
  readonly added: 'done' | 'notShown' | 'unknown' | 'never' | Problem;
  readonly looks: readonly Looked['is'][];
  readonly keychainWaits: boolean;
  readonly activity: readonly ActivityEntry[] | Problem;
  readonly settings: SettingsScene;
  readonly everything: EverythingScene;
}

const done: readonly InventoryEvent[] = [{ is: 'finished', at: now, stopped: false, allPlaced: true }];

const safePlace: Place = { name: '', folder: 'documents', replaces: false, odd: null };
const safePairs: Pairs = { places: [safePlace], saveProblem: null, notKept: null, keptProblem: null };

const plain: Scene = {
  accounts: [company, person],
  sampleOnly: false,
  host: null,
  pending: [],
  startProblem: null,
  keyFiles: [{ name: 'papierkram_public.pem', holds: 'publicKey', from: 'mail.example.com' }],
  pairs: safePairs,
  apiKeyProblem: null,
  connects: ['accepted'],
  keys: keys.map((row) => (row.usedFor.is === 'looking' ? { ...row, usedFor: { is: 'unknown', why: 'noAppShowsIt' } } : row)),
  apps: appRows,
  reading: done,
  remembered: false,
  readingProblem: null,
  already: false,
  stays: false,
  otherAccounts: [],
  added: 'done',
  looks: ['notThere'],
  keychainWaits: false,
  activity: entries,
  settings,
  everything,
  ...connection,
};

const refused401: Problem = {
  code: 'notAccepted',
  facts: { kind: 'team', apiKeyId: company.apiKeyId, issuerId: company.issuerId, clockAhead: null },
  apple: {
    status: 401,
    requestId: 'B3VQ7LXDWHT2MZ6KCN9YRP4JEA',
    errors: [
      {
        id: null,
        status: '401',
        code: 'NOT_AUTHORIZED',
        title: 'Authentication credentials are missing or invalid.',
        detail: 'Provide a properly configured and signed bearer token, and make sure that it has not expired.',
        pointer: null,
        parameter: null,
        links: { about: null, associated: null, see: null },
        associated: {},
      },
    ],
  },
  at: now,
};

export const offline: Problem = { code: 'noAnswer', facts: { how: 'name', detail: 'dns error: no such host', signer: null }, at: now };
const conflict: Problem = {
  code: 'refused',
  facts: { pointer: '/data/attributes/publicKey' },
  apple: {
    status: 409,
    requestId: 'ZZ7QW2MNC6TB5VHK3RXE8DLAY4',
    errors: [
      {
        id: '0c28cec1-b947-42af-a4b9-36976b4b76b0',
        status: '409',
        code: 'ENTITY_ERROR.ATTRIBUTE.INVALID',
        title: 'An attribute value is invalid.',
        detail: 'The public key is not accepted.',
        pointer: '/data/attributes/publicKey',
        parameter: null,
        links: { about: null, associated: null, see: null },
        associated: {},
      },
    ],
  },
  at: now,
};

const findings: readonly Finding[] = [
  { field: 'issuerId', what: 'strayCharacters', suggestion: '57c1e6de-0a4b-4f19-b2c7-6d0f83aa5e12' },
  { field: 'apiKeyId', what: 'unusualApiKeyId', suggestion: null },
];

export const pending: Pending = {
  id: 'pending-1',
  account: company.name,
  accountId: company.id,
  change: { is: 'add' },
  app: '1606604217',
  appName: 'Papierkram',
  fingerprint: fingerprint(77),
  name: 'Papierkram website',
  work: null,
  sent: now - 30_000,
  decidedAfter: now + 120_000,
};

export const scenes = {
  fresh: { ...plain, accounts: [] },
  sampleOnly: { ...plain, accounts: [], sampleOnly: true },
  notStarted: { ...plain, startProblem: { code: 'records', facts: { detail: 'disk I/O error' }, at: now } },
  keys: plain,
  searching: { ...plain, keys, reading: [{ is: 'checked', done: 41, of: 63 }] },
  limit: { ...plain, keys, reading: [{ is: 'checked', done: 41, of: 63 }, { is: 'waiting', until: now + 420_000, why: 'limit' }] },
  asking: { ...plain, reading: [] },
  stopped: { ...plain, keys: keys.map((row) => (row.usedFor.is === 'looking' ? { ...row, usedFor: { is: 'unknown', why: 'stopped' } } : row)), reading: [{ is: 'finished', at: now, stopped: true, allPlaced: false }] },
  empty: { ...plain, keys: [] },
  partly: { ...plain, reading: [{ is: 'partly', problem: { ...offline, facts: { how: 'timeout', detail: 'no answer for 30 s', signer: null } } }, ...done] },
  refused: { ...plain, remembered: true, readingProblem: refused401 },
  offline: { ...plain, readingProblem: offline },
  many: { ...plain, keys: manyKeys, apps: manyApps },
  sample: { ...plain, accounts: [sample] },
  host: { ...plain, host: 'http://127.0.0.1:41234' },
  keychain: { ...plain, accounts: [], keychainWaits: true },
  badForm: { ...plain, accounts: [], connects: [{ code: 'form', facts: { findings: [...findings] }, at: now }, 'accepted'] },
  swapped: { ...plain, accounts: [], connects: [{ code: 'form', facts: { findings: [{ field: 'issuerId', what: 'swapped', suggestion: null }] }, at: now }, 'accepted'] },
  notAccepted: { ...plain, accounts: [], connects: [{ ...refused401, facts: { ...refused401.facts, clockAhead: 660 } }, 'accepted'] },
  wrongApiKey: { ...plain, accounts: [], apiKeyProblem: { code: 'publicKeyAsApiKey', facts: { name: 'public_key.pem' }, at: now } },
  privateFile: { ...plain, keyFiles: [{ name: 'papierkram_private.pem', holds: 'privateKey' }] },
  likeApiKey: { ...plain, keyFiles: [{ name: 'AuthKey_7WJ3QN8XKD.p8', holds: 'privateKey' }] },
  wrongFile: {
    ...plain,
    keyFiles: [
      { name: 'id_server_2019.key', problem: { code: 'wrongFile', facts: { name: 'id_server_2019.key', is: { kind: 'rsa', bits: 2048, private: true } }, at: now } },
      { name: 'papierkram_public.pem', holds: 'publicKey' },
    ],
  },
  ...fileScenes(plain, safePlace),
  already: { ...plain, already: true },
  stays: { ...plain, stays: true, otherAccounts: [person.name] },
  conflict: { ...plain, added: conflict },
  sending: { ...plain, added: 'never' },
  notShown: { ...plain, added: 'notShown' },
  lost: { ...plain, added: 'unknown' },
  lostArrived: { ...plain, added: 'unknown', looks: ['notThere', 'arrived'] },
  lostGone: { ...plain, added: 'unknown', looks: ['notThere', 'notArrived'] },
  pending: { ...plain, pending: [pending] },
  noApps: { ...plain, keys: [], apps: [] },
  activityEmpty: { ...plain, activity: [] },
  activityMany: { ...plain, activity: manyEntries },
  activityProblem: { ...plain, activity: { code: 'records', facts: { detail: 'disk I/O error' }, at: now } },
  checkRefused: { ...plain, settings: { ...settings, check: refused401 } },
  otherApiKey: { ...plain, settings: { ...settings, newApiKey: { appCount: 3, keysSeen: 0, keysKnown: 8 } } },
  lesserApiKey: { ...plain, settings: { ...settings, newApiKey: { appCount: 9, keysSeen: 6, keysKnown: 8 } } },
  newApiKeyRefused: { ...plain, settings: { ...settings, newApiKey: refused401 } },
  newApiKeyNotStored: { ...plain, settings: { ...settings, newApiKeyStored: { code: 'keychainRefused', facts: { detail: 'locked' }, at: now } } },
  nameTaken: { ...plain, settings: { ...settings, rename: { code: 'form', facts: { findings: [{ field: 'name', what: 'taken', suggestion: null }] }, at: now } } },
  everywhereGoing: { ...plain, settings: { ...settings, everywhere: settings.everywhere.slice(0, 1) } },
  oldCopy: { ...plain, settings: { ...settings, copy: nothingNew } },
  notACopy: { ...plain, settings: { ...settings, copy: { code: 'copyNotRead', facts: { name: 'fahrten.json', why: 'notACopy' }, at: now } } },
  ...keyScenes(plain),
  ...everythingScenes(plain),
  ...connectionScenes(plain),
} satisfies Record<string, Scene>;

export type SceneName = keyof typeof scenes;

/** The key that adding gives. */
export function addedKey(scope: { app: (typeof apps)[number] | null }, name: string, confirmed: KeyRow['confirmed']): KeyRow {
  return { ...key(77, { name, usedFor: scope.app ? { is: 'app', app: scope.app } : { is: 'allApps' }, confirmed, seenDaysAgo: 0, addedHere: true }), id: uuid(77) };
}
