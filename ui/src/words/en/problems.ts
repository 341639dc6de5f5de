// Every problem in three parts: what happened, what it means for you, what to do now.

import type { Link } from '../../bindings/Link';
import type { Moment } from '../../bindings/Moment';
import type { Problem } from '../../bindings/Problem';
import type { SavedFile } from '../../bindings/SavedFile';
import type { Code, Coded } from '../../problem';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';
import { copyNotRead } from './copyTrouble';
import { files, savedAs } from './files';
import { keyFileProblems } from './keyFileProblems';

/** What the person was doing, which decides what a problem means for them. */
export type Where =
  | { is: 'starting' }
  | { is: 'openingSample' }
  | { is: 'choosingApiKey' }
  | { is: 'connecting' }
  | { is: 'disconnecting' }
  | { is: 'reading'; what: 'keys' | 'apps'; account: string; remembered: boolean }
  | { is: 'partly' }
  | { is: 'choosingKey' }
  | { is: 'confirming' }
  | { is: 'unlocking' }
  | { is: 'identifying' }
  | { is: 'gettingPair' }
  | { is: 'savingPrivateKey' }
  /** `saved`: where the private key lies that was saved here for it. */
  | { is: 'preparing'; saved?: SavedFile | null }
  /** `replacing`: it is to take the place of another. */
  | { is: 'adding'; saved?: SavedFile | null; replacing?: boolean }
  | { is: 'lost' }
  | { is: 'looking' }
  | { is: 'readingBack' }
  | { is: 'readingKey' }
  | { is: 'describing' }
  | { is: 'confirmingKey' }
  | { is: 'checkingPrivateKey' }
  | { is: 'savingPublicKey' }
  | { is: 'checkingToken' }
  | { is: 'knowing' }
  | { is: 'preparingRemoval' }
  | { is: 'removing' }
  | { is: 'lostRemoval' }
  | { is: 'lookingForRemoval' }
  | { is: 'readingBackRemoval' }
  | { is: 'replacing' }
  | { is: 'renaming' }
  | { is: 'checkingAccount' }
  | { is: 'tryingApiKey' }
  | { is: 'usingNewApiKey' }
  | { is: 'searchingEverywhere' }
  | { is: 'lookingEverywhere' }
  | { is: 'readingActivity' }
  | { is: 'savingFile' }
  | { is: 'choosingCopy' }
  | { is: 'bringingIn' }
  | { is: 'copying' }
  | { is: 'openingLink' };

/** What the window can do about a problem. `again` does what failed once more. */
export type Way =
  | { do: 'again' }
  | { do: 'link'; link: Link }
  | { do: 'copy'; message: 'acceptAgreement' | 'higherRole' | 'askForApiKey' | 'askForKeyFile' };

/** Something to hold against what App Store Connect shows. */
export interface Compare {
  readonly label: string;
  readonly value: string;
  /** `null`: only the person can tell. */
  readonly right: boolean | null;
}

export interface Told {
  readonly happened: Rich;
  readonly means: readonly Rich[];
  readonly doNow: Rich;
  readonly compare?: readonly Compare[];
  readonly ways: readonly Way[];
}

export type Tellers = { readonly [C in Code]: (problem: Coded<C>, where: Where) => Told };

/** From how many seconds on the clock alone explains a refusal. */
const clockMatters = 60;

function stake(where: Where): Rich {
  switch (where.is) {
    case 'starting':
      return ['Latchkey can’t show your accounts. Nothing was changed, neither here nor at Apple.'];
    case 'openingSample':
      return ['The sample account did not open. Nothing else is touched by this.'];
    case 'choosingApiKey':
      return ['Nothing was sent and nothing was stored.'];
    case 'connecting':
      return ['Nothing was stored. Everything you entered is still here.'];
    case 'disconnecting':
      return ['The account may still be on this computer. Your distribution keys at Apple are not touched by this.'];
    case 'reading':
      return where.remembered
        ? say`You see the ${where.what} of ${name(where.account)} as Latchkey last saw them. Nothing at Apple was changed.`
        : say`Latchkey can’t show the ${where.what} of ${name(where.account)} for now. Nothing at Apple was changed.`;
    case 'partly':
      return ['Some of what you see is missing or old; the rest is right. Nothing at Apple was changed.'];
    case 'choosingKey':
      return ['Nothing was sent to Apple, and Latchkey kept nothing of it.'];
    case 'confirming':
      return ['Nothing was sent to Apple. The key you chose is still here.'];
    case 'unlocking':
      return ['The file is still locked. Nothing was sent, and Latchkey kept nothing of it.'];
    case 'identifying':
      return ['Nothing was sent and nothing was stored.'];
    case 'gettingPair':
      return ['Nothing was made or saved, and nothing was sent.'];
    case 'savingPrivateKey':
      return ['The private key was not saved; Latchkey still holds it. Nothing was sent to Apple.'];
    case 'preparing':
      return where.saved
        ? ['Nothing was registered. The private key is saved as ', ...savedAs(where.saved), '.']
        : ['Nothing was changed at Apple. What you chose is still here.'];
    case 'adding':
      return where.saved
        ? ['Nothing was registered. The private key is saved as ', ...savedAs(where.saved), ', and you can go on with it.']
        : ['Nothing was registered. What you chose is still here.'];
    case 'lost':
      return ['So the key may be registered, or not. Latchkey sent it once and doesn’t send it again: there can’t be two.'];
    case 'looking':
      return ['Whether the key is registered is still unknown. Latchkey doesn’t send it again: there can’t be two.'];
    case 'readingBack':
      return ['The key is registered: Apple said so. Only the second look at it is missing.'];
    case 'readingKey':
      return ['You see the key as Latchkey last saw it. Nothing at Apple was changed.'];
    case 'describing':
      return ['What you wrote was not saved; it is still here. Nothing at Apple is touched by this.'];
    case 'confirmingKey':
      return ['The key is not confirmed. Nothing at Apple was changed.'];
    case 'checkingPrivateKey':
      return ['Nothing was noted and nothing was sent.'];
    case 'savingPublicKey':
      return ['The public key was not saved. Nothing at Apple is touched by this.'];
    case 'checkingToken':
      return ['Nothing of it was stored or sent.'];
    case 'knowing':
      return ['Latchkey tells you of these keys again next time. Nothing at Apple was changed.'];
    case 'preparingRemoval':
      return ['Nothing was sent, and nothing was removed.'];
    case 'removing':
      return ['Nothing was removed. The key is still registered.'];
    case 'lostRemoval':
      return ['So the key may be removed, or not. Latchkey sent it once and doesn’t send it again by itself.'];
    case 'lookingForRemoval':
      return ['Whether the key is removed is still unknown. Latchkey doesn’t send it again by itself.'];
    case 'readingBackRemoval':
      return ['The key is removed: Apple said so. Only the second look is missing.'];
    case 'replacing':
      return ['This step was not recorded. Nothing at Apple was changed.'];
    case 'renaming':
      return ['The account keeps its name. What you typed is still here.'];
    case 'checkingAccount':
      return ['Nothing was changed, neither here nor at Apple.'];
    case 'tryingApiKey':
      return ['Nothing was stored: the account still uses the API key it had. Everything you entered is still here.'];
    case 'usingNewApiKey':
      return ['The account may still use the API key it had. Your distribution keys at Apple are not touched by this.'];
    case 'searchingEverywhere':
      return ['Nothing could be searched. Nothing at Apple was changed.'];
    case 'lookingEverywhere':
      return ['Whether keys came or went in this account is not known. Nothing at Apple was changed.'];
    case 'readingActivity':
      return ['Latchkey can’t show what was done. Nothing of it is lost by this.'];
    case 'savingFile':
      return ['No file was saved. Nothing else is touched by this.'];
    case 'choosingCopy':
      return ['Nothing was brought in. Names, notes and history are as they were.'];
    case 'bringingIn':
      return ['Nothing was brought in: all of it comes, or none. Names, notes and history are as they were.'];
    case 'copying':
      return ['Nothing was copied. What was in the clipboard before may still be there.'];
    case 'openingLink':
      return ['No page was opened. Nothing else is touched by this.'];
  }
}

/** The key may have been sent when this happened. */
function afterSending(where: Where): Rich {
  switch (where.is) {
    case 'adding':
      return [
        'Latchkey can’t say whether the key was registered. Close this and refresh the keys: if it is there, it arrived.',
        ...(where.saved ? [' The private key is saved as ', ...savedAs(where.saved), '.'] : []),
      ];
    case 'removing':
      return ['Latchkey can’t say whether the key was removed. Close this and refresh the keys: if it is gone, it was.'];
    default:
      return stake(where);
  }
}

const looksByItself = ({ is }: Where) => is === 'lost' || is === 'looking' || is === 'lostRemoval' || is === 'lookingForRemoval';

/** Looking goes on by itself, so nobody has to try again. */
function laterOrAgain(where: Where): Rich {
  return looksByItself(where) ? ['You need not do anything. Latchkey looks for the key in Apple’s list, again and again.'] : ['Try again.'];
}

/** The person has just filled the API key in. */
const entering = ({ is }: Where) => is === 'connecting' || is === 'tryingApiKey';

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

export function problems(format: Format) {
  const file = files(format);

  function howFar(seconds: number): string {
    const minutes = Math.round(Math.abs(seconds) / 60);
    return Math.abs(seconds) < 90
      ? `${format.number(Math.abs(seconds))} seconds`
      : format.plural(minutes) === 'one'
        ? '1 minute'
        : `${format.number(minutes)} minutes`;
  }

  function clock(ahead: number | null): Compare {
    const label = 'This computer’s clock';
    if (ahead === null) return { label, value: 'Could not be compared with Apple’s', right: null };
    if (Math.abs(ahead) < 2) return { label, value: 'Right', right: true };
    const value = ahead > 0 ? `${howFar(ahead)} fast` : `${howFar(ahead)} slow`;
    return { label, value, right: Math.abs(ahead) < clockMatters };
  }

  const until = (at: Moment | null): Rich =>
    at === null
      ? ['Wait a few minutes, then try again. Apple counts requests over an hour.']
      : [`Try again at ${format.time(at)}: then Apple answers again.`];

  const tellers: Tellers = {
    form: (_, where) => ({
      happened: ['Some entries need another look.'],
      means: [stake(where)],
      doNow: ['Read the notes beside the fields.'],
      ways: [],
    }),
    alreadyConnected: ({ facts }) => ({
      happened: say`This API key is connected already, as ${name(facts.account)}.`,
      means: [['Nothing was stored a second time.']],
      doNow: ['Choose that account from the list of accounts, or choose another API key here.'],
      ways: [],
    }),
    notAccepted: ({ facts }, where) => {
      const ahead = facts.clockAhead;
      const wrongClock = ahead !== null && Math.abs(ahead) >= clockMatters;
      return {
        happened:
          entering(where) ? ['Apple doesn’t accept this API key.'] : ['Apple doesn’t accept this account’s API key any more.'],
        means: [
          stake(where),
          entering(where)
            ? ['Apple gives one answer for a wrong kind, a wrong ID, a wrong clock and a revoked API key. It doesn’t say which it is.']
            : ['Your distribution keys at Apple are not touched by this. Apple doesn’t say why. The likeliest reason is that the API key was revoked.'],
        ],
        doNow: wrongClock
          ? ['Set this computer’s clock first: that alone makes Apple refuse. Turn on “Set time automatically”, then try again.']
          : entering(where)
            ? ['Compare these with App Store Connect, one by one:']
            : ['Look in App Store Connect whether the API key is still active. If it is not, ask an Admin for a new one.'],
        compare: [
          { label: 'Kind', value: facts.kind === 'team' ? 'Team key' : 'Individual key', right: null },
          { label: 'API key ID', value: facts.apiKeyId, right: null },
          ...(facts.issuerId === null ? [] : [{ label: 'Issuer ID', value: facts.issuerId, right: null }]),
          clock(ahead),
        ],
        ways: [{ do: 'again' }, { do: 'link', link: 'apiKeys' }],
      };
    },

    fileNotRead: ({ facts }, where) => ({
      happened: say`${code(facts.name)} could not be read.`,
      means: [file.trouble[facts.why], stake(where)],
      doNow: file.troubleDo[facts.why],
      ways: [],
    }),
    wrongFile: ({ facts }, where) => {
      const apiKey = where.is === 'choosingApiKey' || entering(where);
      return {
        happened: facts.name === null ? file.pastedIs(facts.is) : file.fileIs(facts.name, facts.is),
        means: [file.why(facts.is, apiKey), stake(where)],
        doNow: file.doNow(facts.is, apiKey),
        ways: [{ do: 'copy', message: apiKey ? 'askForApiKey' : 'askForKeyFile' }],
      };
    },
    publicKeyAsApiKey: ({ facts }, where) => ({
      happened: facts.name === null ? ['The pasted text is a public key.'] : say`${code(facts.name)} is a public key.`,
      means: [['Requests to Apple are signed with a private key, so this can’t be the API key.'], stake(where)],
      doNow: ['Choose the file AuthKey_….p8, as it was downloaded from App Store Connect.'],
      ways: [{ do: 'copy', message: 'askForApiKey' }],
    }),
    thatIsAnApiKey: ({ facts }, where) => ({
      happened:
        facts.name === null
          ? say`The pasted text is the API key of ${name(facts.account)}, not a distribution key.`
          : say`${code(facts.name)} is the API key of ${name(facts.account)}, not a distribution key.`,
      means: [
        ['Whoever signs installs with it could also act in your account. Latchkey doesn’t register an API key as a distribution key.'],
        stake(where),
      ],
      doNow: ['Choose the key file from your engineer. If you don’t have one, ask for it.'],
      ways: [{ do: 'copy', message: 'askForKeyFile' }],
    }),
    ...keyFileProblems(format, stake),
    clipboardEmpty: (_, where) => ({
      happened: ['There is no text in the clipboard.'],
      means: [stake(where)],
      doNow: ['Copy the whole key text, from -----BEGIN to the end of the last line, then paste again.'],
      ways: [],
    }),
    oneFileOnly: (_, where) => ({
      happened: ['Several files were dropped at once.'],
      means: [['Latchkey takes one key file at a time, so it read none of them.'], stake(where)],
      doNow: ['Drop one file.'],
      ways: [],
    }),

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
      ways: [{ do: 'again' }],
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
    notApple: ({ facts }, where) => ({
      happened: ['Something other than Apple’s server answered.'],
      means: [
        [`The answer, with status ${facts.status}, is no answer of Apple’s. A proxy or the sign-in page of a network is most likely in between.`],
        stake(where),
      ],
      doNow: ['Open any web page in your browser and sign in to the network if it asks. Then try again.'],
      ways: [{ do: 'again' }],
    }),
    unexpected: (_, where) => ({
      happened: ['An answer came that Latchkey doesn’t understand.'],
      means: [afterSending(where)],
      doNow: looksByItself(where) ? laterOrAgain(where) : ['Try again. If it stays, report it with the details for support.'],
      ways: [{ do: 'again' }],
    }),
    noAnswer: ({ facts }, where) => ({
      happened: {
        name: ['Apple’s server was not found.'],
        connect: ['There is no connection to Apple’s server.'],
        tls: ['The connection to Apple’s server is not secure, so Latchkey didn’t use it.'],
        timeout: ['Apple’s answer didn’t arrive in time.'],
        cut: ['The connection broke before Apple’s answer was complete.'],
        tooLarge: ['The answer was far larger than any of Apple’s.'],
      }[facts.how] satisfies Rich,
      means: [stake(where)],
      doNow:
        looksByItself(where)
          ? laterOrAgain(where)
          : {
              name: ['Check the internet connection, then try again.'],
              connect: ['Check the internet connection and, in a company network, its proxy. Then try again.'],
              tls: ['In a company network, ask who looks after it whether connections are opened for inspection. Check the date of this computer, too.'],
              timeout: ['Try again.'],
              cut: ['Try again.'],
              tooLarge: ['Try again. If it stays, a proxy may be in between.'],
            }[facts.how] satisfies Rich,
      ways: [{ do: 'again' }],
    }),

    keychainMissing: (_, where) => ({
      happened: ['This computer’s keychain doesn’t answer.'],
      means: [['Latchkey stores API keys only there, never in a file.'], stake(where)],
      doNow: ['On Linux, install and start a keychain, for example GNOME Keyring or KWallet. Then try again; Latchkey can stay open.'],
      ways: [{ do: 'again' }],
    }),
    keychainRefused: (_, where) => ({
      happened: ['The keychain stayed locked.'],
      means: [[where.is === 'gettingPair' ? 'Without it Latchkey can’t reach the private key.' : 'Without it Latchkey can’t reach the API key.'], stake(where)],
      doNow: ['Try again, and allow Latchkey to use the keychain when your computer asks.'],
      ways: [{ do: 'again' }],
    }),
    apiKeyGone: ({ facts }, where) => ({
      happened: say`The keychain has no API key for ${name(facts.account)} any more.`,
      means: [['Something other than Latchkey removed it. At Apple it still works.'], stake(where)],
      doNow: ['In Settings, choose “Use a new API key…” for this account, and give it its API key file or a new one.'],
      ways: [{ do: 'again' }],
    }),
    keychainFailed: (_, where) => ({
      happened: ['The keychain reported an error.'],
      means: [stake(where)],
      doNow: ['Try again. If it stays, restart this computer; the details for support say what the keychain reported.'],
      ways: [{ do: 'again' }],
    }),
    notCopied: () => ({
      happened: ['The clipboard did not take the text.'],
      means: [['Nothing was copied. What was in the clipboard before may still be there.']],
      doNow: ['Copy again. If that fails too, select the text and copy it by hand.'],
      ways: [{ do: 'again' }],
    }),
    notOpened: () => ({
      happened: ['Your browser did not open.'],
      means: [['Latchkey opens Apple’s pages in your own browser; it can’t show them itself.']],
      doNow: ['Open appstoreconnect.apple.com in your browser.'],
      ways: [{ do: 'again' }],
    }),
    alreadyOpen: () => ({
      happened: ['Latchkey is open already.'],
      means: [['Two windows at once could send the same key twice, so this one does nothing.']],
      doNow: ['Go on in the other window and close this one. If there is none, wait a moment and try again.'],
      ways: [{ do: 'again' }],
    }),
    recordsNewer: () => ({
      happened: ['A newer Latchkey was used on this computer.'],
      means: [['This older one can’t read its files, and leaves them as they are. Nothing is lost.']],
      doNow: ['Open the newer Latchkey.'],
      ways: [],
    }),
    records: (_, where) => ({
      happened: ['Latchkey can’t read or write its own files.'],
      means: [afterSending(where)],
      doNow: ['See whether the disk is full and whether Latchkey is open twice. Then try again.'],
      ways: [{ do: 'again' }],
    }),

    copyNotRead: ({ facts }, where) => ({ ...copyNotRead(facts.name, facts.why), means: [stake(where)], ways: [] }),

    gone: (_, where) => ({
      happened: ['What you chose is no longer held.'],
      means: [['Latchkey holds a chosen file only for a while, and only in memory.'], stake(where)],
      doNow: ['Choose the file again.'],
      ways: [],
    }),
    noSuchAccount: (_, where) => ({
      happened: ['This account is no longer connected.'],
      means: [stake(where)],
      doNow: ['Connect it again, or choose another account.'],
      ways: [],
    }),
    notYetConfirmed: (_, where) => ({
      happened: ['Nobody has said yet whether this is the right key.'],
      means: [stake(where)],
      doNow: ['Go back to the first step and answer the question there.'],
      ways: [],
    }),
    stillUndecided: (_, where) => {
      if (where.is === 'usingNewApiKey') {
        return {
          happened: ['A change in this account was sent to Apple, and what became of it isn’t known yet.'],
          means: [['Latchkey looks for it with the present API key, so that one stays in use. Nothing was stored.']],
          doNow: ['Use the new API key when it is known. You need not do anything until then.'],
          ways: [{ do: 'again' }],
        };
      }
      return where.is === 'preparingRemoval' || where.is === 'removing'
        ? {
            happened: ['This key’s removal was sent to Apple before, and what became of it isn’t known yet.'],
            means: [['So it was not sent now.']],
            doNow: ['You need not do anything. Latchkey is looking whether the key is still in Apple’s list.'],
            ways: [],
          }
        : {
            happened: ['This key was sent to Apple before, and what became of it isn’t known yet.'],
            means: [['So the key was not sent now: there can’t be two.']],
            doNow: ['You need not do anything. Latchkey is looking for the key in Apple’s list.'],
            ways: [],
          };
    },
    wrongLastSix: (_, where) => ({
      happened: ['These are not the last six characters of the distribution key ID.'],
      means: [stake(where)],
      doNow: ['Compare them with the ID above, and type them again.'],
      ways: [],
    }),
    keyChanged: (_, where) => ({
      happened: ['Apple has this key otherwise than it was shown to you.'],
      means: [['Its public key or its app differs, so somebody may have changed it meanwhile.'], stake(where)],
      doNow: ['Look at what Apple has, then decide again.'],
      ways: [{ do: 'again' }],
    }),
    keyGone: () => ({
      happened: ['Apple has no such key any more.'],
      means: [['Somebody else removed it, most likely. Latchkey removed nothing.']],
      doNow: ['Look at what Apple has.'],
      ways: [{ do: 'again' }],
    }),
    newKeyGone: (_, where) => ({
      happened: ['The new key is not registered any more.'],
      means: [['Somebody else removed it, most likely. The old key stays, so that installs go on working.'], stake(where)],
      doNow: ['Stop this replacement, then replace the old key anew.'],
      ways: [{ do: 'again' }],
    }),
    sameKeyAgain: (_, where) => ({
      happened: ['This is the public key that you are replacing.'],
      means: [['Whoever has the old private key could go on signing with it.'], stake(where)],
      doNow: ['Choose another key, or create a new pair.'],
      ways: [],
    }),
    otherCompany: () => ({
      happened: ['This API key doesn’t see the distribution keys of this account.'],
      means: [
        ['It is another company’s, most likely. With it, Latchkey would take all keys of this account for removed.'],
        ['Nothing was stored: the account uses the API key it had.'],
      ],
      doNow: ['Use an API key of the same company. Connect the other company as an account of its own.'],
      ways: [],
    }),
    oddKeyId: (_, where) => ({
      happened: ['Apple gives this key an ID that Latchkey can’t send.'],
      means: [['A distribution key ID is a UUID. Sending something else could reach another key, so Latchkey doesn’t.'], stake(where)],
      doNow: ['Remove this key on App Store Connect’s own pages, or ask Apple’s developer support.'],
      ways: [],
    }),
    notAToken: (_, where) => ({
      happened: ['The text in the clipboard is no token.'],
      means: [['A token is one long line in three parts, with a dot between them. It starts with ey.'], stake(where)],
      doNow: ['Copy one whole token that your server issued, then paste it again.'],
      ways: [],
    }),
  };

  return {
    tell<C extends Code>(problem: Coded<C>, where: Where): Told {
      return (tellers[problem.code as C] as (problem: Coded<C>, where: Where) => Told)(problem, where);
    },
    copyMessage: {
      acceptAgreement: 'Copy a message to the Account Holder',
      higherRole: 'Copy a message to an Admin',
      askForApiKey: 'Copy a message to an Admin',
      askForKeyFile: 'Copy a message to the engineer',
    },
    compare: { right: 'in order', wrong: 'not in order' },
  };
}
