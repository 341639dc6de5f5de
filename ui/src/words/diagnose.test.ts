import { expect, test } from 'vitest';
import type { Check } from '../bindings/Check';
import type { CheckState } from '../bindings/CheckState';
import type { Found } from '../bindings/Found';
import type { Odd } from '../bindings/Odd';
import type { Around } from './en/diagnose';
import { howFar } from './en/howFar';
import { formatIn } from './format';
import { words } from './index';
import { plain } from './rich';

const at = Date.UTC(2026, 10, 23, 13, 41);
const odds = ['empty', 'strayCharacters', 'impossible', 'unusualApiKeyId', 'unusualIssuerId', 'swapped', 'taken'] satisfies Odd[];
const quota = { remaining: 340, limit: 3600, at, slow: true };

// The type asks for everything that can be found.
const everything: { [K in Found['is']]: Extract<Found, { is: K }>[] } = {
  noProxy: [{ is: 'noProxy' }],
  systemProxy: [{ is: 'systemProxy', address: 'proxy.example.com:8080' }],
  ownProxy: [{ is: 'ownProxy', address: 'proxy.example.com:8080' }],
  nameFound: [{ is: 'nameFound', ms: 24 }],
  answered: [99, 212, 12_345].map((ms) => ({ is: 'answered', ms })),
  broken: (['name', 'connect', 'tls', 'timeout', 'cut', 'tooLarge'] as const).map((how) => ({ is: 'broken', how, detail: 'the library’s words' })),
  notApple: [{ is: 'notApple', status: 302 }],
  signedByAuthority: [{ is: 'signedByAuthority', by: 'DigiCert Inc' }],
  signedByCompany: [{ is: 'signedByCompany', by: 'Contoso CA' }],
  signedByStranger: [{ is: 'signedByStranger', by: 'Contoso CA' }],
  notSigned: [{ is: 'notSigned' }],
  clock: [-660, -3, 0, 1, 3, 660].map((ahead) => ({ is: 'clock', ahead, uncertainty: 1 })),
  apiKeyFound: [{ is: 'apiKeyFound' }],
  usualForm: [
    { is: 'usualForm', kind: 'team' },
    { is: 'usualForm', kind: 'individual' },
  ],
  unusualForm: odds.map((what) => ({ is: 'unusualForm', findings: [{ field: 'issuerId', what, suggestion: null }] })),
  accepted: [{ is: 'accepted' }],
  mayRead: [{ is: 'mayRead' }],
  agreementsInForce: [{ is: 'agreementsInForce' }],
  left: [quota, { ...quota, limit: null, slow: false }, { ...quota, remaining: 0 }].map((left) => ({ is: 'left', quota: left })),
  notTold: [{ is: 'notTold' }],
  trouble: [
    { is: 'trouble', problem: { code: 'keychainRefused', facts: { detail: 'locked' }, at } },
    { is: 'trouble', problem: { code: 'notAccepted', facts: { kind: 'team', apiKeyId: 'K', issuerId: null, clockAhead: 660 }, at } },
  ],
  nothing: [{ is: 'nothing' }],
};

const around: Around = { proxied: false, stranger: false, notApple: false, clock: 'good' };
const checks = Object.keys(words.diagnose.checks) as Check[];
const states: CheckState[] = ['good', 'odd', 'bad', 'notChecked'];
const tell = (check: Check, state: CheckState, found: Found, more: Partial<Around> = {}) => words.diagnose.tell({ check, state, found }, { ...around, ...more });

test.each(Object.entries(everything))('%s is told in whole sentences, wherever it is found', (_, founds) => {
  for (const found of founds) {
    for (const check of checks) {
      for (const state of states) {
        for (const more of [{}, { clock: 'odd' }, { proxied: true, stranger: true, notApple: true, clock: 'bad' }] satisfies Partial<Around>[]) {
          const { result, means = [], doNow } = tell(check, state, found, more);
          for (const sentence of [result, words.diagnose.inTheWay({ check, state, found }), ...means, ...(doNow ? [doNow] : [])]) {
            expect(plain(sentence), `${found.is} of ${check}, ${state}`).toMatch(/^\S.*[.]$/);
            expect(plain(sentence)).not.toMatch(/ {2}|\.\.|undefined|NaN|\w'\w/);
          }
        }
      }
    }
  }
});

test('whatever stands in the way on the network says what to do and whom to ask', () => {
  for (const found of [...everything.broken, ...everything.notApple, ...everything.signedByStranger, ...everything.signedByCompany]) {
    const { doNow, ways } = tell('server', 'bad', found);
    expect(doNow, found.is).toBeDefined();
    expect(ways.map((way) => way.do), found.is).toContain('copyForIt');
  }
});

test('the message for the IT department names the server, the port and whoever signed, and asks for no inspection', () => {
  const message = words.messages.letThrough({ is: 'readBy', by: 'Contoso CA' });
  for (const part of ['api.appstoreconnect.apple.com', '443', 'Contoso CA', 'TLS inspection: none', 'sign-in token']) expect(message).toContain(part);
  expect(words.messages.letThrough({ is: 'broken' })).not.toContain('signed by');
});

test('the message for the IT department says no more of a stranger than is so: nothing was sent to one', () => {
  const [found] = everything.signedByStranger;
  const [way] = tell('signer', 'bad', found as Found).ways;
  expect(way).toEqual({ do: 'copyForIt', why: { is: 'stranger', by: 'Contoso CA' } });
  const message = words.messages.letThrough({ is: 'stranger', by: 'Contoso CA' });
  expect(message).toContain('signed by “Contoso CA”, not by a public authority. Latchkey does not trust it and sends nothing.');
  expect(message).not.toContain('can read');
});

test('the message for the IT department complains of nothing while nothing is wrong', () => {
  const message = words.messages.letThrough({ is: 'ahead' });
  expect(message).toContain('Please make sure that it is let through');
  expect(message).not.toContain('At the moment');
});

test('a company that reads along is named with what it can read, in the same words everywhere', () => {
  const sentence = 'Apple’s connection is signed by Contoso CA: your company can read it, including the sign-in token.';
  expect(plain(words.connection.readBy('Contoso CA'))).toBe(sentence);
  expect(plain(tell('signer', 'odd', { is: 'signedByCompany', by: 'Contoso CA' }).result)).toBe(sentence);
});

test('a company that reads along may be an antivirus, or an authority that this version doesn’t know', () => {
  const [found] = everything.signedByCompany;
  expect(plain(tell('signer', 'odd', found as Found).doNow ?? [])).toContain('An antivirus on this computer, or an authority newer than this version of Latchkey, would look the same.');
});

test('a problem keeps what it means, but not what is at stake in a diagnosis', () => {
  const [keychain] = everything.trouble;
  const { means, doNow } = tell('keychain', 'bad', keychain as Found);
  expect(means?.map(plain)).toEqual(['Without it Latchkey can’t reach the API key.']);
  expect(plain(doNow ?? []), 'as its button says').toMatch(/^Check again/);
});

test('a clock that is off a little is blamed for a refusal only as far as is known', () => {
  const [, refused] = everything.trouble;
  expect(plain(tell('answer', 'bad', refused as Found, { clock: 'odd' }).result)).toBe('Refused. The clock may be why.');
});

test('with a wrong clock a refusal blames the clock, and nothing else', () => {
  const [, refused] = everything.trouble;
  if (!refused) throw new Error('no refusal');
  expect(plain(tell('answer', 'bad', refused, { clock: 'bad' }).result)).toBe('Refused. With a wrong clock Apple refuses every API key.');
  expect(plain(tell('answer', 'bad', refused).result)).toContain('doesn’t accept');
});

test('a proxy that is not found is told apart from a server that is not', () => {
  const found: Found = { is: 'broken', how: 'name', detail: '' };
  expect(plain(tell('name', 'bad', found).result)).toBe('Apple’s server was not found.');
  expect(plain(tell('name', 'bad', found, { proxied: true }).result)).toBe('The proxy was not found.');
});

test('what is left of the requests is told with the limit where that is known', () => {
  expect(words.connection.slow(quota)).toBe('Little is left of this hour’s requests (340 of 3,600), so it goes slowly.');
  expect(words.connection.quotaAsOf({ ...quota, limit: null })).toMatch(/^340, as of \d\d:\d\d$/);
});

test('how far a clock is off is told in a unit that says something', () => {
  const format = formatIn('en-GB');
  const told = [1, 75, 100, 660, 7200, 90_000, 31_536_000].map((seconds) => howFar(format, -seconds));
  expect(told).toEqual(['1 second', '75 seconds', '2 minutes', '11 minutes', '2 hours', '25 hours', '365 days']);
});
