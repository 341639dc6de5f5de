// Activity on the fake backend: entries of every kind, and what exporting them does.

import type { ActivityEntry } from '../bindings/ActivityEntry';
import type { ActivityPage } from '../bindings/ActivityPage';
import type { ActivityRequest } from '../bindings/ActivityRequest';
import type { App } from '../bindings/App';
import type { ExportForm } from '../bindings/ExportForm';
import type { KeyFileDraft } from '../bindings/KeyFileDraft';
import type { SavedFile } from '../bindings/SavedFile';
import type { FakeBackend } from '../fake';
import { groupsOf, spokenGroups } from '../fingerprint';
import { apps, company, fingerprint, now, person, uuid } from './data';

const minute = 60_000;
const day = 86_400_000;
const perPage = 50;

const appNamed = (part: string): App => apps.find(({ name }) => name.startsWith(part)) as App;

let number = 1000;

function entry(minutesAgo: number, odd: Pick<ActivityEntry, 'did'> & Partial<ActivityEntry>): ActivityEntry {
  return {
    number: number--,
    at: now - minutesAgo * minute,
    account: company.id,
    accountName: company.name,
    apiKeyId: company.apiKeyId,
    went: 'done',
    key: null,
    keyName: null,
    fingerprint: null,
    app: null,
    allApps: false,
    certainty: null,
    detail: null,
    status: null,
    code: null,
    requestId: null,
    user: 'm.lindqvist',
    version: '0.1.0',
    broughtIn: false,
    canAddAgain: false,
    ...odd,
  };
}

const about = (seed: number, keyName: string | null) => ({ key: uuid(seed), keyName, fingerprint: fingerprint(seed) });
const japan = { account: person.id, accountName: person.name, apiKeyId: person.apiKeyId };
const bus = { account: null, accountName: 'Verkehrsverbund Bodensee-Oberschwaben', apiKeyId: '9QX4MLD7VK' };
const inDays = (days: number, minutes: number) => (days * day) / minute + minutes;

export const entries: readonly ActivityEntry[] = [
  entry(3, { did: 'added', ...about(2, 'Fahrgemeinschaft 2027'), app: appNamed('Fahrgemeinschaft'), certainty: 'madeHere', status: 201, requestId: '4JZ7QW2MNC6TB5VHK3RXE8DLAY' }),
  entry(4, { did: 'confirmed', ...about(2, 'Fahrgemeinschaft 2027'), app: appNamed('Fahrgemeinschaft'), certainty: 'byVoice', detail: 'Jonas Weidner' }),
  entry(6, { did: 'createdPair', detail: 'fahrgemeinschaft_2027.pem', fingerprint: fingerprint(2) }),
  entry(7, { did: 'noticedNew', went: 'noticed', ...about(7, null) }),
  entry(9, {
    did: 'added',
    went: 'refused',
    ...bus,
    keyName: 'Haltestellen-Monitor',
    fingerprint: fingerprint(31),
    allApps: true,
    certainty: 'notConfirmed',
    status: 403,
    code: 'FORBIDDEN_ERROR',
    requestId: 'QX5LCV7YDRN2WHJT4KB6M3ZPE9',
  }),
  entry(inDays(1, 20), { did: 'removed', ...japan, ...about(8, 'Test, please ignore'), allApps: true, status: 204, requestId: '7TRB3XKPWME5ZN9QYCVH2L6DJA', canAddAgain: true }),
  entry(inDays(1, 40), { did: 'added', went: 'arrived', ...japan, ...about(6, '電車パズル 本番用'), app: appNamed('電車'), requestId: 'M8WZ4ECT6VPKXR3YHQNB7J5DLA' }),
  entry(inDays(1, 41), { did: 'added', went: 'answerLost', ...japan, keyName: '電車パズル 本番用', fingerprint: fingerprint(6), app: appNamed('電車') }),
  entry(inDays(3, 0), { did: 'removed', ...about(41, 'Papierkram, alter Schlüssel'), app: appNamed('Papierkram'), status: 204, requestId: 'ZZ7QW2MNC6TB5VHK3RXE8DLAY4', canAddAgain: true }),
  entry(inDays(3, 5), { did: 'replaceBegun', detail: 'planned', ...about(1, 'Fahrgemeinschaft 2026'), app: appNamed('Fahrgemeinschaft') }),
  entry(inDays(3, 8), { did: 'described', ...about(1, 'Fahrgemeinschaft 2026'), detail: 'Fahrgemeinschaft' }),
  entry(inDays(9, 0), { did: 'newApiKey', detail: 'P3R9YB6KQ1' }),
  entry(inDays(9, 3), { did: 'renamedAccount', detail: 'Lindqvist' }),
  entry(inDays(9, 30), { did: 'noticedGone', went: 'noticed', ...about(42, 'Kiosk, test') }),
  entry(inDays(40, 0), { did: 'broughtInCopy', account: null, accountName: '', apiKeyId: '', detail: 'latchkey_names_and_history.json' }),
  entry(inDays(40, 9), { did: 'added', ...about(4, 'Main marketplace key'), account: null, allApps: true, status: 201, requestId: 'DK2YV9RHQ4MXNT7JWCZE5B3LPA', broughtIn: true, user: 'j.weidner' }),
  entry(inDays(40, 28), { did: 'connected', requestId: 'XN6P3QJDT8VWKMCE7RHB5YZ4LA', status: 200 }),
];

/** More than one page. */
export const manyEntries: readonly ActivityEntry[] = [
  ...entries,
  ...Array.from({ length: 240 }, (_, index) => entry(inDays(60 + index, 0), { did: 'described', ...about(600 + index, `Key ${index}`), detail: `Key of before ${index}` })),
];

export class FakeActivity {
  asked = 0;
  readonly exported: { request: ActivityRequest; form: ExportForm; name: string }[] = [];

  constructor(readonly backend: FakeBackend) {}

  async page({ account, search, before }: ActivityRequest): Promise<ActivityPage> {
    this.asked += 1;
    await this.backend.wait(120);
    const { activity } = this.backend.scene;
    if ('code' in activity) throw activity;
    const asked = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = activity.filter((one) => {
      if (account !== null && one.account !== account) return false;
      const text = JSON.stringify(Object.values(one)).toLowerCase();
      return asked.every((word) => text.includes(word));
    });
    const older = before === null ? found : found.filter((one) => one.number < before);
    return { entries: older.slice(0, perPage), total: found.length };
  }

  /** The public key of a removed key, to be added again. */
  async addAgain(entry: number): Promise<KeyFileDraft> {
    await this.backend.wait(80);
    const { activity } = this.backend.scene;
    const removed = 'code' in activity ? undefined : activity.find(({ number }) => number === entry);
    const groups = groupsOf(removed?.fingerprint ?? fingerprint(77)).map((group, index) => (index < spokenGroups ? null : group));
    const key: KeyFileDraft = { id: `again-${entry}`, source: { from: 'activity' }, downloadedFrom: null, holds: 'publicKey', groups, namedLikeApiKey: false };
    this.backend.key = key;
    this.backend.confirmed = { is: 'no' };
    return key;
  }

  async export(name: string, request: ActivityRequest, form: ExportForm): Promise<SavedFile | null> {
    await this.backend.wait(200);
    this.exported.push({ request, form, name });
    return { name, folder: 'documents' };
  }
}
