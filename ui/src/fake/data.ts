// An invented account: keys of every kind, and apps with names of every length and script.

import type { Account } from '../bindings/Account';
import type { App } from '../bindings/App';
import type { AppRow } from '../bindings/AppRow';
import type { Confirmed } from '../bindings/Confirmed';
import type { KeyRow } from '../bindings/KeyRow';
import type { PrivateKey } from '../bindings/PrivateKey';
import type { UsedFor } from '../bindings/UsedFor';

export const now = Date.now();
const day = 86_400_000;

export const company: Account = {
  id: 'a-company',
  name: 'Lindqvist & Haas',
  kind: 'team',
  apiKeyId: 'K7M2Q9XW4D',
  issuerId: '57c1e6de-0a4b-4f19-b2c7-6d0f83aa5e12',
  sample: false,
  lastRead: now,
};

export const person: Account = { id: 'a-person', name: 'カガミワークス', kind: 'individual', apiKeyId: '3FZ8TC2RWN', issuerId: null, sample: false, lastRead: null };

export const sample: Account = {
  id: 'a-sample',
  name: 'Sample account',
  kind: 'team',
  apiKeyId: 'SAMPLE0000',
  issuerId: '00000000-0000-4000-8000-000000000000',
  sample: true,
  lastRead: null,
};

function app(id: string, name: string, bundleId: string, locale: string): App {
  return { id, name, bundleId, sku: null, locale };
}

export const apps: readonly App[] = [
  app('6449031876', 'Fahrgemeinschaft Oberschwaben', 'de.verkehrsverbund-bodensee-oberschwaben.fahrgemeinschaft.ios', 'de-DE'),
  app('6470028816', 'Ledgerline', 'com.lindqvist-haas.ledgerline', 'en-GB'),
  app('6498813370', 'Mañana: rutinas y hábitos', 'es.lindqvist-haas.manana', 'es-ES'),
  app('1606604217', 'Papierkram', 'de.lindqvist-haas.papierkram', 'de-DE'),
  app('6445120993', 'Sternwarte Uelzen: Programm', 'de.lindqvist-haas.sternwarte-uelzen.besucher', 'de-DE'),
  app('6473805512', 'Wetterfrosch: Regen & Unwetter', 'de.lindqvist-haas.wetterfrosch', 'de-DE'),
  app('6501177384', '電車パズル 雪国の終着駅まで', 'jp.kagami-works.densha-puzzle', 'ja'),
  app('1602347781', 'Kolibri Recorder', 'com.example.kolibri', 'en-US'),
  app('6502210045', 'Fernweh: Reisetagebuch, Karten', 'com.example.fernweh.reisetagebuch-und-karten.international.ios', 'de-DE'),
  app('6471902834', 'Blueprint Puzzle', 'com.example.blueprint', 'en-US'),
  app('6480057713', 'مفكرة السفر', 'com.example.travel.notes', 'ar-SA'),
  app('6490001212', 'Haltestellen-Monitor', 'de.lindqvist-haas.haltestellen', 'de-DE'),
];

function appNamed(part: string): App {
  const found = apps.find(({ name }) => name.startsWith(part));
  if (!found) throw new Error(`no app ${part}`);
  return found;
}

/** 64 hex digits that differ by `seed`; nothing has this fingerprint. */
export function fingerprint(seed: number): string {
  let state = seed * 2654435761 + 12345;
  return Array.from({ length: 8 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state.toString(16).padStart(8, '0');
  }).join('');
}

export function uuid(seed: number): string {
  const hex = fingerprint(seed + 1000);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export const pem = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaepxMPQEZVbA0pTZsJYJ8aTVCMgV
qVVnr1jzHqhQZ3VZyRQMjY+qbBJyV8oCo8Pk9f2L1cXv2Yk0yJ6wq0f5Zw==
-----END PUBLIC KEY-----
`;

interface Odd {
  name?: string | null;
  note?: string | null;
  usedFor: UsedFor;
  unreadable?: boolean;
  privateKey?: PrivateKey;
  confirmed?: Confirmed;
  seenDaysAgo?: number;
  addedHere?: boolean;
}

export function key(seed: number, { name = null, note = null, usedFor, unreadable, privateKey, confirmed, seenDaysAgo = 200, addedHere = false }: Odd): KeyRow {
  return {
    id: uuid(seed),
    name,
    note,
    usedFor,
    fingerprint: unreadable ? null : fingerprint(seed),
    publicKey: unreadable ? null : pem,
    privateKey: privateKey ?? { is: 'notChecked' },
    confirmed: confirmed ?? { is: 'no' },
    firstSeen: now - seenDaysAgo * day,
    addedHere: addedHere ? now - seenDaysAgo * day : null,
  };
}

const forApp = (part: string): UsedFor => ({ is: 'app', app: appNamed(part) });

export const keys: readonly KeyRow[] = [
  key(1, {
    name: 'Fahrgemeinschaft 2026',
    usedFor: forApp('Fahrgemeinschaft'),
    privateKey: { is: 'inAFile', name: 'fahrgemeinschaft.pem', at: now - 419 * day },
    confirmed: { is: 'byVoice', by: 'Jonas Weidner', at: now - 419 * day },
  }),
  key(2, {
    name: 'Fahrgemeinschaft 2027',
    usedFor: forApp('Fahrgemeinschaft'),
    privateKey: { is: 'onThisComputer', keychain: true, file: 'fahrgemeinschaft-2027.pem', at: now },
    confirmed: { is: 'madeHere', at: now },
    seenDaysAgo: 0,
    addedHere: true,
  }),
  key(3, { name: 'Kiosk-Terminals Bahnhof Uelzen (nicht mehr benutzt)', usedFor: { is: 'unknown', why: 'noAppShowsIt' } }),
  key(4, {
    name: 'Main marketplace key',
    usedFor: { is: 'allApps' },
    privateKey: { is: 'inAFile', name: null, at: now - 293 * day },
    confirmed: { is: 'byPrivateKey', at: now - 293 * day },
  }),
  key(5, {
    name: 'Wetterfrosch website',
    note: 'Jonas keeps the private key on the web server. Renew with the site in March.',
    usedFor: forApp('Wetterfrosch'),
    privateKey: { is: 'inAFile', name: 'wetterfrosch_private.pem', at: now - 256 * day },
    confirmed: { is: 'byVoice', by: 'Jonas Weidner', at: now - 257 * day },
  }),
  key(6, { name: '電車パズル 本番用', usedFor: forApp('電車'), confirmed: { is: 'byVoice', by: '佐藤 恵', at: now - 3 * day } }),
  key(7, { usedFor: { is: 'looking' }, seenDaysAgo: 0 }),
  key(8, { usedFor: { is: 'allApps' }, unreadable: true }),
];

/** The apps with the keys they have; `Sternwarte` could not be asked. */
export const appRows: readonly AppRow[] = apps.map((one) => {
  const own = keys.filter(({ usedFor }) => usedFor.is === 'app' && usedFor.app.id === one.id).map(({ id }) => id);
  return { app: one, key: own.length > 0 ? { is: 'own', keys: own } : one.name.startsWith('Sternwarte') ? { is: 'notRead' } : { is: 'none' } };
});

/** As many as a marketplace has. */
export const manyApps: readonly AppRow[] = Array.from({ length: 900 }, (_, index) => ({
  app: app(String(6_400_000_000 + index), `App ${String(index).padStart(3, '0')}`, `com.example.app${index}`, 'en-US'),
  key: index % 3 === 0 ? { is: 'own', keys: [uuid(5000 + index)] } : { is: 'none' },
}));

export const manyKeys: readonly KeyRow[] = manyApps
  .filter((_, index) => index % 3 === 0)
  .map((row, index) => key(5000 + index * 3, { name: `Key of ${row.app.name}`, usedFor: { is: 'app', app: row.app } }));
