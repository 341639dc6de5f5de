// The way to Apple on the fake backend: the proxy, what is left of the requests, and a diagnosis.

import type { Tell } from '../backend';
import type { Check } from '../bindings/Check';
import type { CheckState } from '../bindings/CheckState';
import type { Connection } from '../bindings/Connection';
import type { DiagnosisEvent } from '../bindings/DiagnosisEvent';
import type { DiagnosisLine } from '../bindings/DiagnosisLine';
import type { Found } from '../bindings/Found';
import type { Moment } from '../bindings/Moment';
import type { Problem } from '../bindings/Problem';
import type { Quota } from '../bindings/Quota';
import type { FakeBackend } from '../fake';
import { company, now, sample } from './data';
import type { Scene } from './scenes';

export interface ConnectionScene {
  readonly ownProxy: string | null;
  readonly systemProxy: string | null;
  /** What taking a proxy rejects with that could be used. */
  readonly proxyProblem: Problem | null;
  readonly quota: Quota | null;
  readonly readBy: string | null;
  readonly appleWaits: Moment | null;
  /** Told in turn; `going`: it goes on after them until it is stopped. */
  readonly diagnosis: { readonly lines: readonly DiagnosisLine[]; readonly going: boolean };
}

const line = (check: Check, state: CheckState, found: Found): DiagnosisLine => ({ check, state, found });

export const inspector = 'Northwind Traders Security Gateway CA';

const good: readonly DiagnosisLine[] = [
  line('proxy', 'good', { is: 'systemProxy', address: 'proxy.lindqvist-haas.example:8080' }),
  line('name', 'good', { is: 'nameFound', ms: 24 }),
  line('server', 'good', { is: 'answered', ms: 212 }),
  line('signer', 'good', { is: 'signedByAuthority', by: 'DigiCert Inc' }),
  line('clock', 'good', { is: 'clock', ahead: 0, uncertainty: 1 }),
  line('keychain', 'good', { is: 'apiKeyFound' }),
  line('keyForm', 'good', { is: 'usualForm', kind: 'team' }),
  line('answer', 'good', { is: 'accepted' }),
  line('role', 'good', { is: 'mayRead' }),
  line('agreements', 'good', { is: 'agreementsInForce' }),
  line('quota', 'good', { is: 'left', quota: { remaining: 3412, limit: 3600, at: now, slow: false } }),
];

/** All is good but these, and what comes after them in `notChecked`. */
function but(lines: readonly DiagnosisLine[], notChecked: readonly Check[] = []): readonly DiagnosisLine[] {
  return good.map((one) =>
    notChecked.includes(one.check) ? line(one.check, 'notChecked', { is: 'nothing' }) : (lines.find(({ check }) => check === one.check) ?? one),
  );
}

const afterwards: readonly Check[] = ['role', 'agreements', 'quota'];
const ofTheAccount: readonly Check[] = ['answer', ...afterwards];

const refused: Problem = {
  code: 'notAccepted',
  facts: { kind: 'team', apiKeyId: company.apiKeyId, issuerId: company.issuerId, clockAhead: 660 },
  apple: { status: 401, requestId: 'B3VQ7LXDWHT2MZ6KCN9YRP4JEA', errors: [] },
  at: now,
};

const agreement: Problem = { code: 'agreementMissing', apple: { status: 403, requestId: 'Q7LXDWHT2MZ6KCN9YRP4JEAB3V', errors: [] }, at: now };

export const diagnoses = {
  good,
  clock: but([line('clock', 'bad', { is: 'clock', ahead: 660, uncertainty: 1 }), line('answer', 'bad', { is: 'trouble', problem: refused })], afterwards),
  company: but([line('signer', 'odd', { is: 'signedByCompany', by: inspector })]),
  stranger: but(
    [
      line('server', 'bad', { is: 'broken', how: 'tls', detail: 'invalid peer certificate: UnknownIssuer' }),
      line('signer', 'bad', { is: 'signedByStranger', by: 'FreeAirportWifi Root' }),
    ],
    ['clock', ...ofTheAccount],
  ),
  offline: but(
    [line('proxy', 'good', { is: 'noProxy' }), line('name', 'bad', { is: 'broken', how: 'name', detail: 'dns error: failed to lookup address information' })],
    ['server', 'signer', 'clock', ...ofTheAccount],
  ),
  captive: but([line('proxy', 'good', { is: 'noProxy' }), line('answer', 'bad', { is: 'notApple', status: 302 })], afterwards),
  /** Of the sample account, whose server is in this process. */
  here: but([line('proxy', 'good', { is: 'noProxy' }), line('signer', 'notChecked', { is: 'notSigned' }), line('quota', 'notChecked', { is: 'notTold' })]),
  agreements: but([line('agreements', 'bad', { is: 'trouble', problem: agreement })], ['role']),
  keychain: but([line('keychain', 'bad', { is: 'trouble', problem: { code: 'keychainRefused', facts: { detail: 'the collection is locked' }, at: now } })], [
    'keyForm',
    ...ofTheAccount,
  ]),
  odd: but([
    line('clock', 'odd', { is: 'clock', ahead: -140, uncertainty: 1 }),
    line('keyForm', 'odd', { is: 'unusualForm', findings: [{ field: 'apiKeyId', what: 'unusualApiKeyId', suggestion: null }] }),
    line('quota', 'odd', { is: 'left', quota: { remaining: 340, limit: 3600, at: now, slow: true } }),
  ]),
} satisfies Record<string, readonly DiagnosisLine[]>;

export const connection: ConnectionScene = {
  ownProxy: null,
  systemProxy: null,
  proxyProblem: null,
  quota: { remaining: 3412, limit: 3600, at: now, slow: false },
  readBy: null,
  appleWaits: null,
  diagnosis: { lines: good, going: false },
};

const diagnosed = (lines: readonly DiagnosisLine[], going = false): Pick<Scene, 'diagnosis'> => ({ diagnosis: { lines, going } });

export function connectionScenes(plain: Scene) {
  return {
    systemProxy: { ...plain, systemProxy: 'proxy.lindqvist-haas.example:8080' },
    ownProxy: { ...plain, ownProxy: '10.20.30.40:3128', systemProxy: 'proxy.lindqvist-haas.example:8080' },
    proxyNotSaved: { ...plain, proxyProblem: { code: 'records', facts: { detail: 'disk I/O error' }, at: now } },
    littleLeft: {
      ...plain,
      quota: { remaining: 340, limit: 3600, at: now, slow: true },
      reading: [
        { is: 'checked', done: 41, of: 63 },
        { is: 'slow', quota: { remaining: 340, limit: 3600, at: now, slow: true } },
      ],
    },
    readBy: { ...plain, readBy: inspector, ...diagnosed(diagnoses.company) },
    appleWaits: { ...plain, appleWaits: now + 420_000 },
    diagnoseGoing: { ...plain, ...diagnosed(good.slice(0, 5), true) },
    diagnoseClock: { ...plain, ...diagnosed(diagnoses.clock) },
    diagnoseStranger: { ...plain, ...diagnosed(diagnoses.stranger) },
    diagnoseOffline: { ...plain, ...diagnosed(diagnoses.offline) },
    diagnoseCaptive: { ...plain, ...diagnosed(diagnoses.captive) },
    diagnoseAgreements: { ...plain, ...diagnosed(diagnoses.agreements) },
    diagnoseKeychain: { ...plain, ...diagnosed(diagnoses.keychain) },
    diagnoseSample: { ...plain, accounts: [sample], ...diagnosed(diagnoses.here) },
    diagnoseOdd: { ...plain, ...diagnosed(diagnoses.odd) },
    untrusted: {
      ...plain,
      ...diagnosed(diagnoses.stranger),
      readingProblem: { code: 'noAnswer', facts: { how: 'tls', detail: 'invalid peer certificate: UnknownIssuer', signer: 'FreeAirportWifi Root' }, at: now },
    },
    connectOffline: {
      ...plain,
      accounts: [],
      ...diagnosed(diagnoses.offline),
      connects: [{ code: 'noAnswer', facts: { how: 'name', detail: 'dns error: no such host', signer: null }, at: now }, 'accepted'],
    },
  } satisfies Record<string, Scene>;
}

const network: readonly Check[] = ['proxy', 'name', 'server', 'signer', 'clock'];

export class FakeConnection {
  /** The accounts that were diagnosed, in turn. */
  readonly diagnosed: (string | null)[] = [];
  #own: string | null;

  constructor(readonly backend: FakeBackend) {
    this.#own = backend.scene.ownProxy;
  }

  get #connection(): Connection {
    return this.#own === null ? { ownProxy: null, systemProxy: this.backend.scene.systemProxy } : { ownProxy: this.#own, systemProxy: null };
  }

  async read(): Promise<Connection> {
    await this.backend.wait(20);
    return this.#connection;
  }

  async use(typed: string): Promise<Connection> {
    await this.backend.wait(60);
    const address = typed.trim();
    const why = address.includes('@') ? 'login' : /^socks|\.pac$/.test(address) ? 'otherKind' : address !== '' && !/^[^\s/]+:\d+$/.test(address) ? 'noAddress' : null;
    if (why !== null) throw { code: 'proxyUnusable', facts: { why }, at: Date.now() } satisfies Problem;
    if (this.backend.scene.proxyProblem) throw this.backend.scene.proxyProblem;
    this.#own = address === '' ? null : address;
    return this.#connection;
  }

  async quota(account: string): Promise<Quota | null> {
    await this.backend.wait(20);
    return account === company.id ? this.backend.scene.quota : null;
  }

  async diagnose(account: string | null, run: string, tell: Tell<DiagnosisEvent>): Promise<void> {
    this.diagnosed.push(account);
    const { lines, going } = this.backend.scene.diagnosis;
    let stopped = false;
    const stop = new Promise<void>((resolve) => this.backend.stops.set(run, resolve)).then(() => void (stopped = true));
    for (const one of lines.filter(({ check }) => account !== null || network.includes(check))) {
      tell({ is: 'checking', check: one.check });
      await this.backend.wait(250);
      if (stopped) break;
      tell({ is: 'checked', line: one });
    }
    if (going && !stopped) {
      tell({ is: 'checking', check: 'keychain' });
      await stop;
    }
    tell({ is: 'finished', at: Date.now(), stopped, report });
  }
}

export const report = `Latchkey 0.1.0 on linux (x86_64), 2026-11-23 13:41:07 UTC

proxy        good         set on this computer
name         good         found in 24 ms
server       good         answered in 212 ms
signer       good         DigiCert Inc, a public authority
clock        bad          660 s ahead (±1 s)
keychain     good         gave a complete P-256 key
key form     good         team key, usual form
answer       bad          notAccepted: 401, request ID B3VQ7LXDWHT2MZ6KCN9YRP4JEA
role         not checked
agreements   not checked
quota        not checked
`;
