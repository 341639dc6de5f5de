// What *Diagnose connection* checks, what it finds, and what to do about it.

import type { Check } from '../../bindings/Check';
import type { CheckState } from '../../bindings/CheckState';
import type { DiagnosisLine } from '../../bindings/DiagnosisLine';
import type { Finding } from '../../bindings/Finding';
import type { Found } from '../../bindings/Found';
import type { Link } from '../../bindings/Link';
import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { code, name, plain, say, type Rich } from '../rich';
import { quotaLeft, readBy } from './connection';
import { counting } from './counting';
import { fastOrSlow } from './howFar';
import type { WhyLetThrough } from './messages';
import { problems, type Way, type Where } from './problems';
import { stake } from './stakes';

const checks: Record<Check, string> = {
  proxy: 'Proxy',
  name: 'Name look-up',
  server: 'Apple’s server',
  signer: 'Certificate',
  clock: 'Clock',
  keychain: 'Keychain',
  keyForm: 'API key ID and kind',
  answer: 'Apple’s answer',
  role: 'Role',
  agreements: 'Agreements',
  quota: 'Requests left this hour',
};

/** Read out before what was found. */
const states: Record<Exclude<CheckState, 'notChecked'>, string> = { good: 'In order:', odd: 'To know:', bad: 'In the way:' };

/** What the person can do beside reading. */
export type DiagnosisWay = Exclude<Way, { do: 'again' } | { do: 'diagnose' }>;

export interface ToldLine {
  readonly result: Rich;
  readonly means?: readonly Rich[];
  readonly doNow?: Rich;
  readonly ways: readonly DiagnosisWay[];
}

/** What else was found, as one part may explain another. */
export interface Around {
  /** There is a proxy in between. */
  readonly proxied: boolean;
  /** The certificate of a stranger was shown, which is told in its own line. */
  readonly stranger: boolean;
  /** Whatever answers is not Apple's. */
  readonly notApple: boolean;
  /** `bad`: the clock alone makes Apple refuse; `odd`: it may. */
  readonly clock: CheckState;
}

const setClock: Rich = ['Turn on “Set time automatically” in this computer’s date and time settings, then check again.'];
const signIn: Rich = [
  'Open any web page in your browser, and sign in to the network if it asks. Then check again. If that changes nothing, your company’s IT can let this connection through.',
];

const here: Where = { is: 'diagnosing' };

type Kinds = { readonly [K in Found['is']]: (found: Extract<Found, { is: K }>, line: DiagnosisLine, around: Around) => ToldLine };

export function diagnose(format: Format) {
  const count = counting(format);
  const tellProblem = problems(format).tell;

  /** Two digits are enough to tell quick from slow. */
  const seconds = (ms: number): string => (ms < 100 ? 'less than 0.1 seconds' : `${format.number(Math.round(ms / 100) / 10)} seconds`);

  function unusual({ what, field }: Finding): string {
    const it = field === 'issuerId' ? 'issuer ID' : 'API key ID';
    switch (what) {
      case 'strayCharacters':
        return `There are quotation marks or blanks in the ${it}.`;
      case 'unusualApiKeyId':
        return 'API key IDs usually have ten capital letters and digits; this one hasn’t.';
      case 'unusualIssuerId':
        return 'Issuer IDs usually are UUIDs; this one isn’t.';
      case 'swapped':
        return 'API key ID and issuer ID look swapped.';
      case 'empty':
        return `The ${it} is missing.`;
      case 'impossible':
      case 'taken':
        return `The ${it} holds something that can’t be right.`;
    }
  }

  const notChecked = (check: Check): string => (check === 'quota' ? 'Not known' : 'Not checked');
  const ways = (...links: Link[]): DiagnosisWay[] => links.map((link) => ({ do: 'link', link }));
  const forIt = (why: WhyLetThrough = { is: 'broken' }): DiagnosisWay[] => [{ do: 'copyForIt', why }];

  const tellers: Kinds = {
    noProxy: () => ({ result: ['None: Latchkey connects to Apple directly.'], ways: [] }),
    systemProxy: ({ address }) => ({ result: say`Goes through ${code(address)}, as this computer is set.`, ways: [] }),
    ownProxy: ({ address }) => ({ result: say`Goes through ${code(address)}, as set in Latchkey.`, ways: [] }),
    nameFound: ({ ms }, _, { proxied }) => ({ result: [proxied ? `The proxy was found, in ${seconds(ms)}.` : `Apple’s server was found, in ${seconds(ms)}.`], ways: [] }),
    answered: ({ ms }, _, { notApple }) => ({ result: [notApple ? `Something answers in its place, in ${seconds(ms)}.` : `Answers, in ${seconds(ms)}.`], ways: [] }),
    broken: ({ how }, { check }, { proxied, stranger }) => {
      switch (how) {
        case 'name':
          return proxied
            ? { result: ['The proxy was not found.'], doNow: ['Compare the proxy’s address in Settings with what your company’s IT says, and check the internet connection.'], ways: forIt() }
            : {
                result: ['Apple’s server was not found.'],
                doNow: ['Check the internet connection. If other pages open in your browser, ask your company’s IT to let this connection through.'],
                ways: forIt(),
              };
        case 'connect':
          return {
            result: [proxied ? 'The proxy doesn’t let Latchkey through.' : 'There is no connection.'],
            doNow: ['Check the internet connection. In a company network, ask IT to let this connection through, or which proxy to use.'],
            ways: forIt(),
          };
        case 'tls':
          if (stranger) return { result: ['Answers with a certificate that this computer doesn’t trust.'], ways: [] };
          return {
            result: ['No secure connection came about, so nothing was sent.'],
            doNow: ['In a company network, ask IT whether connections are opened for inspection. Check the date of this computer, too.'],
            ways: forIt(),
          };
        case 'timeout':
          return {
            result: [check === 'name' ? 'The look-up didn’t end in time.' : 'No answer came in time.'],
            doNow: ['Check again. If it stays, a firewall may hold the connection back: ask your company’s IT to let it through.'],
            ways: forIt(),
          };
        case 'cut':
          return { result: ['The connection broke before the answer was complete.'], doNow: ['Check again. If it stays, something in between may cut it.'], ways: forIt() };
        case 'tooLarge':
          return { result: ['The answer was far larger than any of Apple’s, so Latchkey didn’t take it.'], doNow: signIn, ways: forIt() };
      }
    },
    notApple: ({ status }) => ({
      result: [`Something other than Apple’s server answered, with status ${status}: a proxy or the sign-in page of a network, most likely.`],
      doNow: signIn,
      ways: forIt(),
    }),
    signedByAuthority: ({ by }, _, { notApple }) => ({
      result: notApple ? say`Signed by ${name(by)}, whom browsers everywhere trust.` : say`Signed by ${name(by)}, whom browsers everywhere trust. Nobody in between reads along.`,
      ways: [],
    }),
    signedByCompany: ({ by }) => ({
      result: readBy(by),
      doNow: [
        'Ask your company’s IT to leave this connection out of TLS inspection. An antivirus on this computer, or an authority newer than this version of Latchkey, would look the same.',
      ],
      ways: forIt({ is: 'readBy', by }),
    }),
    signedByStranger: ({ by }) => ({
      result: say`Signed by ${name(by)}, whom this computer doesn’t trust. Latchkey stopped there: no sign-in token was sent.`,
      doNow: ['In a company network, ask IT. In a public network, use another one.'],
      ways: forIt({ is: 'stranger', by }),
    }),
    notSigned: () => ({ result: ['None is needed: this server is on this computer.'], ways: [] }),
    clock: ({ ahead, uncertainty }, { state }) => {
      if (Math.abs(ahead) <= Math.max(uncertainty, 2)) return { result: ['Right.'], ways: [] };
      const off = fastOrSlow(format, ahead);
      switch (state) {
        case 'bad':
          return {
            result: [ahead > 0 ? `${off}. By Apple’s clock every request comes from the future.` : `${off}. By Apple’s clock every request comes too late.`],
            doNow: setClock,
            ways: [],
          };
        case 'odd':
          return { result: [`${off}. Apple may refuse requests because of it.`], doNow: setClock, ways: [] };
        default:
          return { result: [`${off}, which does no harm.`], ways: [] };
      }
    },
    apiKeyFound: () => ({ result: ['It gives the API key, which is complete.'], ways: [] }),
    usualForm: ({ kind }) => ({
      result: [kind === 'team' ? 'Of the usual form: a team key with its issuer ID.' : 'Of the usual form: an individual key, so there is no issuer ID.'],
      ways: [],
    }),
    unusualForm: ({ findings }) => ({
      result: [findings.map(unusual).join(' '), ' Apple promises no form, so it may be right all the same.'],
      doNow: ['If Apple refuses the account, compare both with App Store Connect, then choose “Use a new API key…” in Settings.'],
      ways: ways('apiKeys'),
    }),
    accepted: () => ({ result: ['Apple accepts the API key.'], ways: [] }),
    mayRead: () => ({ result: ['It may read distribution keys. Whether it may add and remove them, Apple says only when one does.'], ways: [] }),
    agreementsInForce: () => ({ result: ['Apple names none that is missing.'], ways: [] }),
    left: ({ quota }) => ({
      result: [`${quotaLeft(format, quota)}.`],
      ...(quota.remaining === 0
        ? { doNow: ['Wait a few minutes, then check again. Apple counts requests over an hour.'] }
        : quota.slow && { doNow: ['So few are left that Latchkey reads slowly. Everything that uses this API key shares them.'] }),
      ways: [],
    }),
    notTold: () => ({ result: ['Apple’s answer doesn’t say.'], ways: [] }),
    trouble: ({ problem }, { check }, { clock }) => {
      if (check === 'answer' && problem.code === 'notAccepted' && (clock === 'bad' || clock === 'odd')) {
        const result = clock === 'bad' ? 'Refused. With a wrong clock Apple refuses every API key.' : 'Refused. The clock may be why.';
        return { result: [result], doNow: ['Set the clock first, then check again.'], ways: [] };
      }
      const { happened, means, doNow, ways } = tellProblem(problem, here);
      // Of the diagnosis itself nothing failed.
      const atStake = plain(stake(here));
      return { result: happened, means: means.filter((sentence) => plain(sentence) !== atStake), doNow, ways: ways.filter((way): way is DiagnosisWay => way.do !== 'again' && way.do !== 'diagnose') };
    },
    nothing: (_, { check }) => ({ result: [`${notChecked(check)}.`], ways: [] }),
  };

  const insecure: Rich = ['The connection to Apple is not secure, so Latchkey doesn’t use it.'];

  /** What stands in the way, as the first sentence about it. */
  function inTheWay({ check, found }: DiagnosisLine): Rich {
    switch (found.is) {
      case 'trouble':
        return tellProblem(found.problem, here).happened;
      case 'signedByStranger':
        return insecure;
      case 'notApple':
        return ['Something other than Apple’s server answers.'];
      case 'clock':
        return ['This computer’s clock is wrong.'];
      case 'left':
        return ['Apple’s limit of requests is reached.'];
      case 'broken':
        if (found.how === 'tls') return insecure;
        return check === 'name' ? ['The way to Apple can’t be found from here.'] : ['Apple’s server can’t be reached from here.'];
      default:
        return ['Something stands in the way.'];
    }
  }

  return {
    title: 'Diagnose connection',
    account: 'Account',
    again: 'Check again',
    stopping: 'Stopping…',
    checks,
    states,
    networkOnly: 'The way to Apple, without an account',
    waits: (check: Check): string => (check === 'quota' ? 'Not known yet' : 'Not checked yet'),
    notChecked,
    checking: 'Checking…',
    list: 'What was checked',

    running: 'Checking the connection…',
    checked: (done: number, of: number): string => `Checked ${format.number(done)} of ${format.number(of)}…`,
    /** At its end; `of` is how many there are to check. */
    allChecked: (of: number, at: Moment): string => `Checked all ${format.number(of)} at ${format.time(at)}.`,
    notAll: (done: number, of: number, at: Moment): string =>
      format.plural(of - done) === 'one'
        ? `Checked ${format.number(done)} of ${format.number(of)} at ${format.time(at)}. The other one has to wait until that is settled.`
        : `Checked ${format.number(done)} of ${format.number(of)} at ${format.time(at)}. The other ${format.number(of - done)} have to wait until that is settled.`,
    checkedSome: (done: number, of: number, at: Moment): string => `Checked ${format.number(done)} of ${format.number(of)} at ${format.time(at)}.`,

    works: (account: string | null): Rich => (account === null ? ['A server answers; whether it is Apple’s shows only with an account.'] : say`Everything works: Apple accepts ${name(account)}.`),
    worksHere: ['Everything works. This is the sample account: nothing reached Apple.'] satisfies Rich,
    worksBut(account: string | null, odd: number): Rich {
      const things = count(odd, 'thing', 'things');
      return account === null ? [`A server answers, with ${things} to know; whether it is Apple’s shows only with an account.`] : say`Apple accepts ${name(account)}, with ${things} to know.`;
    },
    readBy: (account: string | null): Rich =>
      account === null
        ? ['A server answers, but your company can read the connection.']
        : say`Apple accepts ${name(account)}, but your company can read the connection.`,
    inTheWay,
    refused: (account: string): Rich => say`Apple refuses ${name(account)}.`,
    refusedByClock: (account: string): Rich => say`Apple refuses ${name(account)} because this computer’s clock is wrong.`,
    refusedMaybeByClock: (account: string): Rich => say`Apple refuses ${name(account)}; this computer’s clock may be why.`,
    stopped: ['Stopped before the end.'] satisfies Rich,
    failed: ['The connection could not be checked.'] satisfies Rich,

    tell(line: DiagnosisLine, around: Around): ToldLine {
      const { found } = line;
      return (tellers[found.is] as (found: Found, line: DiagnosisLine, around: Around) => ToldLine)(found, line, around);
    },

    report: {
      title: 'Diagnostics report',
      about: 'All of this as text, for support. You read it before it is copied.',
      show: 'Show report…',
      whole: 'This is all that is copied. Latchkey leaves out names of people, computers, proxies and accounts, the API key ID, the issuer ID and every password, as far as it knows them. Read it before you copy it.',
      text: 'The report',
      copy: 'Copy report',
    },
  };
}
