// What Apple answers when it does not do what was asked.

import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import type { Format } from '../format';
import { name, say, type Rich } from '../rich';
import type { Tellers } from './problems';
import { afterSending, laterOrAgain, looksByItself, stake } from './stakes';

type Codes = 'agreementMissing' | 'roleTooLow' | 'forbidden' | 'notFound' | 'refused' | 'tooManyRequests' | 'appleFailed' | 'unexpected';

/** Apple's own sentences, where it said something. */
function applesWords({ apple }: Problem): Rich[] {
  const texts = (apple?.errors ?? []).map(({ title, detail }) => [title, detail].filter(Boolean).join(' ')).filter((text) => text !== '');
  return texts.map((text) => say`Apple says: ${name(text, 'en')}`);
}

/** The part of the request that Apple points at, where it has a name on screen. */
function pointsAt({ apple }: Problem): Rich[] {
  const pointer = apple?.errors[0]?.pointer ?? '';
  if (pointer === '/data/attributes/publicKey') return [['Apple points at the public key.']];
  return pointer.startsWith('/data/relationships/app') ? [['Apple points at the app.']] : [];
}

export function appleProblems(format: Format): Pick<Tellers, Codes> {
  const until = (at: Moment | null): Rich =>
    at === null
      ? ['Wait a few minutes, then try again. Apple counts requests over an hour.']
      : [`Try again at ${format.time(at)}: then Apple answers again.`];

  return {
    agreementMissing: (_, where) => ({
      happened: ['Apple waits for an agreement to be accepted.'],
      means: [['Apple refuses every request until then. The API key is in order.'], stake(where)],
      doNow: ['Ask the Account Holder to accept it in App Store Connect, under Business, or at developer.apple.com. Nobody else can.'],
      ways: [{ do: 'again' }, { do: 'copy', message: 'acceptAgreement' }, { do: 'link', link: 'agreements' }],
    }),
    roleTooLow: (problem, where) => ({
      happened: ['Apple accepts the API key, but its role doesn’t allow this.'],
      means: [...applesWords(problem), ['The role of an API key can’t be changed later. Which role is needed, Apple doesn’t say.'], stake(where)],
      doNow: ['Ask an Admin for an API key with a higher role: App Manager first, then Admin.'],
      ways: [{ do: 'copy', message: 'higherRole' }, { do: 'again' }, { do: 'link', link: 'users' }],
    }),
    forbidden: (problem, where) => ({
      happened: ['Apple doesn’t allow this.'],
      means: [['Apple accepts the API key, but not what was asked.'], ...applesWords(problem), stake(where)],
      doNow: ['If Apple’s words don’t help, send the details for support to Apple’s developer support.'],
      ways: [{ do: 'again' }, { do: 'diagnose' }],
    }),
    notFound: (problem, where) => ({
      happened: ['Apple doesn’t find what was asked for.'],
      means: [['It may have been removed meanwhile, or this API key may not see it.'], ...applesWords(problem), ...pointsAt(problem), stake(where)],
      doNow: ['Refresh the keys, then try again.'],
      ways: [{ do: 'again' }],
    }),
    refused: (problem, where) => ({
      happened: ['Apple doesn’t take it as it is.'],
      means: [
        ...applesWords(problem),
        ...pointsAt(problem),
        stake(where),
      ],
      doNow: ['Apple’s words name what to change. Go back and change it, or ask your engineer what they mean.'],
      ways: [{ do: 'again' }],
    }),
    tooManyRequests: ({ facts }, where) => ({
      happened: ['Apple’s limit of requests is reached.'],
      means: [['Everything that uses this API key shares the limit, other programs too.'], stake(where)],
      doNow: looksByItself(where) ? laterOrAgain(where) : until(facts.until),
      ways: [{ do: 'again' }],
    }),
    appleFailed: (_, where) => ({
      happened: ['Apple’s server failed.'],
      means: [['The fault is at Apple’s end; the account and your entries are in order.'], stake(where)],
      doNow: laterOrAgain(where),
      ways: [{ do: 'again' }, { do: 'link', link: 'systemStatus' }],
    }),
    unexpected: (_, where) => ({
      happened: ['An answer came that Latchkey doesn’t understand.'],
      means: [afterSending(where)],
      doNow: looksByItself(where) ? laterOrAgain(where) : ['Try again. If it stays, report it with the details for support.'],
      ways: [{ do: 'again' }],
    }),
  };
}
