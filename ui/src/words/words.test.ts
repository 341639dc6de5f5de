import { expect, test } from 'vitest';
import type { CopyTrouble } from '../bindings/CopyTrouble';
import type { FileTrouble } from '../bindings/FileTrouble';
import type { Problem } from '../bindings/Problem';
import type { SaveTrouble } from '../bindings/SaveTrouble';
import type { Unusable } from '../bindings/Unusable';
import type { Code, Coded } from '../problem';
import type { Where } from './en/problems';
import { words } from './index';
import { plain, type Rich } from './rich';

type Kinds = { [K in Unusable['kind']]: Extract<Unusable, { kind: K }> };
const unusable: Kinds = {
  empty: { kind: 'empty' },
  tooLarge: { kind: 'tooLarge', bytes: 1_000_000 },
  otherCurve: { kind: 'otherCurve', curve: 'P-384', private: false },
  curveNotNamed: { kind: 'curveNotNamed', private: true },
  rsa: { kind: 'rsa', bits: 2048, private: true },
  ed25519: { kind: 'ed25519', private: false },
  otherAlgorithm: { kind: 'otherAlgorithm', algorithm: 'DSA', private: false },
  certificate: { kind: 'certificate' },
  certificateRequest: { kind: 'certificateRequest' },
  ssh: { kind: 'ssh', private: true },
  pkcs12: { kind: 'pkcs12' },
  severalKeys: { kind: 'severalKeys' },
  offCurve: { kind: 'offCurve' },
  damaged: { kind: 'damaged' },
  notAKey: { kind: 'notAKey', text: true },
};

const copyTroubles: Record<CopyTrouble, true> = { unreadable: true, notACopy: true, newer: true, tooLarge: true, otherServer: true };
const troubles: Record<FileTrouble, true> = { notFound: true, denied: true, notAFile: true, tooLarge: true, other: true };
const notSavedBecause: Record<SaveTrouble, true> = { alreadyThere: true, denied: true, readOnly: true, full: true, noFolder: true, differs: true, other: true };
const breaks = { name: true, connect: true, tls: true, timeout: true, cut: true, tooLarge: true } satisfies Record<
  Coded<'noAnswer'>['facts']['how'],
  true
>;

const at = Date.UTC(2026, 10, 23, 13, 41);
const detail = 'the library’s words';

// The type asks for every code there is.
const ofEveryCode: { [C in Code]: Coded<C>[] } = {
  form: [{ code: 'form', facts: { findings: [] }, at }],
  alreadyConnected: [{ code: 'alreadyConnected', facts: { account: 'Foo' }, at }],
  notAccepted: [-660, -30, 0, null].map((clockAhead) => ({
    code: 'notAccepted',
    facts: { kind: 'team', apiKeyId: 'K7M2Q9XW4D', issuerId: '57c1', clockAhead },
    at,
  })),
  fileNotRead: Object.keys(troubles).map((why) => ({ code: 'fileNotRead', facts: { name: 'a.pem', why: why as FileTrouble }, at })),
  wrongFile: Object.values(unusable).flatMap((is) => [null, 'a.pem'].map((name) => ({ code: 'wrongFile' as const, facts: { name, is }, at }))),
  publicKeyAsApiKey: [null, 'a.pem'].map((name) => ({ code: 'publicKeyAsApiKey', facts: { name }, at })),
  thatIsAnApiKey: [null, 'a.pem'].map((name) => ({ code: 'thatIsAnApiKey', facts: { name, account: 'Foo' }, at })),
  clipboardEmpty: [{ code: 'clipboardEmpty', at }],
  oneFileOnly: [{ code: 'oneFileOnly', at }],
  publicKeyAsPrivateKey: [null, 'a.pem'].map((name) => ({ code: 'publicKeyAsPrivateKey', facts: { name }, at })),
  passwordNeeded: [null, 'a.pem'].map((name) => ({ code: 'passwordNeeded', facts: { name }, at })),
  wrongPassword: [null, 'a.pem'].map((name) => ({ code: 'wrongPassword', facts: { name }, at })),
  tooExpensive: [null, 'a.pem'].map((name) => ({ code: 'tooExpensive', facts: { name, asked: 90_000_000, limit: 10_000_000 }, at })),
  lockedOtherwise: [null, 'a.pem'].map((name) => ({ code: 'lockedOtherwise', facts: { name, scheme: 'RC2-40-CBC' }, at })),
  notSaved: Object.keys(notSavedBecause).map((why) => ({ code: 'notSaved', facts: { name: 'a.pem', why: why as SaveTrouble }, at })),
  privateKeyGone: [{ code: 'privateKeyGone', at }],
  secondKey: [1, 2].map((n) => ({
    code: 'secondKey',
    facts: { has: Array.from({ length: n }, (_, index) => ({ id: `key-${index}`, name: null, usedFor: { is: 'allApps' as const } })) },
    at,
  })),
  agreementMissing: [{ code: 'agreementMissing', at }],
  roleTooLow: [{ code: 'roleTooLow', at }],
  forbidden: [{ code: 'forbidden', at }],
  notFound: [{ code: 'notFound', at }],
  refused: [null, '/data/attributes/publicKey'].map((pointer) => ({ code: 'refused', facts: { pointer }, at })),
  tooManyRequests: [null, at].map((until) => ({ code: 'tooManyRequests', facts: { until }, at })),
  appleFailed: [{ code: 'appleFailed', at }],
  notApple: [{ code: 'notApple', facts: { status: 200, contentType: 'text/html' }, at }],
  unexpected: [{ code: 'unexpected', facts: { detail }, at }],
  noAnswer: Object.keys(breaks).flatMap((how) => [null, 'Contoso CA'].map((signer) => ({ code: 'noAnswer', facts: { how: how as keyof typeof breaks, detail, signer }, at }))),
  proxyUnusable: (['noAddress', 'login', 'otherKind'] as const).map((why) => ({ code: 'proxyUnusable', facts: { why }, at })),
  keychainMissing: [{ code: 'keychainMissing', facts: { detail }, at }],
  keychainRefused: [{ code: 'keychainRefused', facts: { detail }, at }],
  apiKeyGone: [{ code: 'apiKeyGone', facts: { account: 'Foo' }, at }],
  apiKeyNewer: [{ code: 'apiKeyNewer', facts: { account: 'Foo' }, at }],
  apiKeyDamaged: [{ code: 'apiKeyDamaged', facts: { account: 'Foo' }, at }],
  keychainFailed: [{ code: 'keychainFailed', facts: { detail }, at }],
  notCopied: [{ code: 'notCopied', facts: { detail }, at }],
  notOpened: [{ code: 'notOpened', facts: { detail }, at }],
  alreadyOpen: [{ code: 'alreadyOpen', at }],
  recordsNewer: [{ code: 'recordsNewer', at }],
  recordsFull: [{ code: 'recordsFull', at }],
  recordsReadOnly: [{ code: 'recordsReadOnly', at }],
  recordsDamaged: [{ code: 'recordsDamaged', facts: { detail }, at }],
  records: [{ code: 'records', facts: { detail }, at }],
  copyNotRead: Object.keys(copyTroubles).map((why) => ({ code: 'copyNotRead', facts: { name: 'a.json', why: why as CopyTrouble }, at })),
  onlyHere: [['a1'], ['a1', 'b2']].map((privateKeys) => ({ code: 'onlyHere', facts: { privateKeys }, at })),
  everythingChanged: [{ code: 'everythingChanged', at }],
  removing: [{ code: 'removing', at }],
  gone: [{ code: 'gone', at }],
  noSuchAccount: [{ code: 'noSuchAccount', at }],
  notYetConfirmed: [{ code: 'notYetConfirmed', at }],
  stillUndecided: [{ code: 'stillUndecided', at }],
  wrongLastSix: [{ code: 'wrongLastSix', at }],
  keyChanged: [{ code: 'keyChanged', at }],
  keyGone: [{ code: 'keyGone', at }],
  newKeyGone: [{ code: 'newKeyGone', at }],
  sameKeyAgain: [{ code: 'sameKeyAgain', at }],
  otherCompany: [{ code: 'otherCompany', at }],
  oddKeyId: [{ code: 'oddKeyId', at }],
  notAToken: [{ code: 'notAToken', at }],
};

const everywhere: { [W in Where['is']]: Extract<Where, { is: W }> } = {
  starting: { is: 'starting' },
  openingSample: { is: 'openingSample' },
  renaming: { is: 'renaming' },
  checkingAccount: { is: 'checkingAccount' },
  tryingApiKey: { is: 'tryingApiKey' },
  usingNewApiKey: { is: 'usingNewApiKey' },
  searchingEverywhere: { is: 'searchingEverywhere' },
  lookingEverywhere: { is: 'lookingEverywhere' },
  readingActivity: { is: 'readingActivity' },
  savingFile: { is: 'savingFile' },
  choosingCopy: { is: 'choosingCopy' },
  bringingIn: { is: 'bringingIn' },
  readingConnection: { is: 'readingConnection' },
  savingProxy: { is: 'savingProxy' },
  usingSystemProxy: { is: 'usingSystemProxy' },
  diagnosing: { is: 'diagnosing' },
  stoppingDiagnosis: { is: 'stoppingDiagnosis' },
  listingEverything: { is: 'listingEverything' },
  removingEverything: { is: 'removingEverything' },
  knowingSetAside: { is: 'knowingSetAside' },
  quitting: { is: 'quitting' },
  copying: { is: 'copying' },
  openingLink: { is: 'openingLink' },
  choosingApiKey: { is: 'choosingApiKey' },
  connecting: { is: 'connecting' },
  disconnecting: { is: 'disconnecting' },
  reading: { is: 'reading', what: 'keys', account: 'Foo', remembered: true },
  partly: { is: 'partly' },
  choosingKey: { is: 'choosingKey' },
  confirming: { is: 'confirming' },
  unlocking: { is: 'unlocking' },
  identifying: { is: 'identifying' },
  gettingPair: { is: 'gettingPair' },
  savingPrivateKey: { is: 'savingPrivateKey' },
  preparing: { is: 'preparing' },
  adding: { is: 'adding' },
  lost: { is: 'lost' },
  looking: { is: 'looking' },
  readingBack: { is: 'readingBack' },
  readingKey: { is: 'readingKey' },
  describing: { is: 'describing' },
  confirmingKey: { is: 'confirmingKey' },
  checkingPrivateKey: { is: 'checkingPrivateKey' },
  savingPublicKey: { is: 'savingPublicKey' },
  checkingToken: { is: 'checkingToken' },
  knowing: { is: 'knowing' },
  preparingRemoval: { is: 'preparingRemoval' },
  removing: { is: 'removing' },
  lostRemoval: { is: 'lostRemoval' },
  lookingForRemoval: { is: 'lookingForRemoval' },
  readingBackRemoval: { is: 'readingBackRemoval' },
  replacing: { is: 'replacing' },
};

const problems: Problem[] = Object.values(ofEveryCode).flat();
const places = Object.values(everywhere);
const told = (problem: Problem, where: Where) => words.problems.tell(problem, where);

test.each(Object.entries(ofEveryCode))('%s is told in three parts wherever it happens', (_, ofThisCode) => {
  for (const problem of ofThisCode) {
    for (const where of places) {
      const { happened, means, doNow } = told(problem, where);
      for (const [part, sentence] of [['happened', happened], ['do now', doNow], ...means.map((one) => ['means', one])] as [string, Rich][]) {
        expect(plain(sentence), `${part}, ${problem.code} while ${where.is}`).toMatch(/^\S.*[.:]$/);
      }
      expect(means.length, `what ${problem.code} means while ${where.is}`).toBeGreaterThan(0);
    }
  }
});

test('a problem after which the key may be registered never says that nothing was', () => {
  for (const problem of problems) {
    for (const is of ['lost', 'looking'] as const) {
      const text = told(problem, { is }).means.map(plain).join(' ');
      expect(text, `${problem.code} while ${is}`).not.toMatch(/nothing was registered|nothing was sent/i);
    }
  }
  for (const { code } of [...ofEveryCode.records, ...ofEveryCode.unexpected]) {
    const problem = problems.find((one) => one.code === code) as Problem;
    expect(told(problem, { is: 'adding' }).means.map(plain).join(' ')).toContain('can’t say whether');
  }
});

test('after a private key was saved, a problem says where it is and that nothing was registered', () => {
  const saved = { name: 'private_key.pem', folder: 'documents' } as const;
  const saysMore: Code[] = ['noAnswer', 'appleFailed', 'notApple', 'notAccepted', 'roleTooLow', 'refused', 'secondKey', 'tooManyRequests', 'unexpected', 'records', 'keychainRefused', 'gone'];
  for (const problem of problems.filter(({ code }) => saysMore.includes(code))) {
    for (const is of ['preparing', 'adding'] as const) {
      const text = told(problem, { is, saved }).means.map(plain).join(' ');
      expect(text, `${problem.code} while ${is}`).toContain('private_key.pem in Documents');
      if (is === 'preparing') expect(text, problem.code).toContain('Nothing was registered');
    }
  }
});

test('a problem after which the key may be removed never says that nothing was', () => {
  for (const problem of problems) {
    for (const is of ['lostRemoval', 'lookingForRemoval'] as const) {
      const text = told(problem, { is }).means.map(plain).join(' ');
      expect(text, `${problem.code} while ${is}`).not.toMatch(/nothing was removed|still registered/i);
    }
  }
  for (const { code } of [...ofEveryCode.records, ...ofEveryCode.unexpected]) {
    const problem = problems.find((one) => one.code === code) as Problem;
    expect(told(problem, { is: 'removing' }).means.map(plain).join(' ')).toContain('can’t say whether');
  }
});

test('a clock that is wrong enough is named first, and measured', () => {
  const [wrong] = ofEveryCode.notAccepted;
  const { doNow, compare } = told(wrong as Problem, { is: 'connecting' });
  expect(plain(doNow)).toMatch(/clock.*may be why/);
  expect(compare?.at(-1)).toMatchObject({ value: '11 minutes slow', right: false });
});

test('a problem on the way to Apple can be diagnosed', () => {
  for (const code of ['noAnswer', 'notApple', 'notAccepted', 'forbidden'] as const) {
    for (const problem of ofEveryCode[code]) expect(told(problem, { is: 'connecting' }).ways, code).toContainEqual({ do: 'diagnose' });
  }
});

test('whoever signed a certificate that this computer doesn’t trust is named, also in the message for the IT department', () => {
  const problem: Problem = { code: 'noAnswer', facts: { how: 'tls', detail, signer: 'Contoso CA' }, at };
  const { means, ways } = told(problem, { is: 'connecting' });
  expect(means.map(plain).join(' ')).toContain('signed by Contoso CA, whom this computer doesn’t trust');
  expect(ways).toContainEqual({ do: 'copyForIt', why: { is: 'stranger', by: 'Contoso CA' } });
});

test('what is compared after a refusal names kind, IDs and clock', () => {
  const { compare } = told(ofEveryCode.notAccepted[2] as Problem, { is: 'connecting' });
  expect(compare?.map(({ label }) => label)).toEqual(['Kind', 'API key ID', 'Issuer ID', 'This computer’s clock']);
});

test('every sentence has typographic apostrophes and single blanks', () => {
  const sentences = [
    ...stringsIn(words),
    ...problems.flatMap((problem) =>
      places.flatMap((where) => {
        const { happened, means, doNow } = told(problem, where);
        return [happened, doNow, ...means].map(plain);
      }),
    ),
  ].filter((text) => !text.includes('openssl'));
  expect(sentences.length).toBeGreaterThan(300);
  for (const text of sentences) {
    expect(text, 'an apostrophe from the typewriter').not.toMatch(/\w'\w/);
    expect(text, 'two blanks').not.toMatch(/ {2}/);
    expect(text, 'three dots').not.toContain('...');
  }
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
