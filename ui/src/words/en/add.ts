import type { Moment } from '../../bindings/Moment';
import type { SavedFile } from '../../bindings/SavedFile';
import type { Format } from '../format';
import { code, name, say, type Name, type Rich } from '../rich';
import { savedAs } from './files';

export function add(format: Format) {
  const apps = (n: number) => (format.plural(n) === 'one' ? '1 app' : `${format.number(n)} apps`);
  return {
    open: 'Add key',
    title: 'Add key',
    steps: { key: 'Key', useFor: 'Use for', check: 'Check' },

    choose: 'Choose key file…',
    chooseTitle: 'Choose the key file',
    paste: 'Paste key text',
    orDrop: 'or drop it here',
    best: 'Best: your engineer makes the pair and sends only the public key.',
    askEngineer: 'Copy a message to the engineer',
    whatIsIt: 'Which alternative distribution key should Apple get?',
    publicKey: 'A public key (P-256)',
    privateKey: 'A private key (P-256)',
    madeHere: 'Made here. Its private key is saved.',
    fromActivity: 'A public key (P-256). What was confirmed of it still holds.',
    publicKeyFrom: (host: string): string => `A public key (P-256), from ${host}`,
    privateKeyFrom: (host: string): string => `A private key (P-256), from ${host}`,
    namedLikeApiKey: (file: string): Rich => say`${code(file)} has a name that Apple gives to its own API keys. It is probably an API key, not a distribution key: those come from your engineer.`,

    voice: {
      title: 'Confirm it by voice',
      why: 'E-mail can be forged, and whoever holds the private key controls installs. Call the person who made the key, on a number you already had. Ask for the first five groups of the fingerprint and type them here.',
      groups: 'First five groups, as you hear them',
      groupsHint: 'Hidden below until they match.',
      groupsSoFar: (n: number): string => `${n} of 5. Hidden below until they match.`,
      stray: (letter: string): string =>
        `A fingerprint has only 0–9 and a–f. ${/o/i.test(letter) ? `Is ${letter} a zero?` : /[il]/i.test(letter) ? `Is ${letter} a one?` : `${letter} is not one of them.`}`,
      who: 'Who read it to you',
      fileFingerprint: 'Fingerprint of the file',
      hidden: ', its first five groups hidden',
      without: 'Continue without confirming',
      differs: 'These are not the first five groups of this file’s fingerprint.',
      differsMeans: 'Either something was misheard, or this file is not the key that person made. Nothing was sent.',
      differsDo: 'Have the groups read out once more. If they still differ, don’t use this file: ask for a new one.',
      differsCopy: 'Copy a message to the engineer',
      matches: (by: string, at: Moment): Rich => say`Confirmed by voice, with ${name(by)}, ${format.time(at)}.`,
      skipped: 'Not confirmed. The row in Keys says so, too.',
      instead: 'Confirm it by voice after all',
    },

    privateFile: {
      public: 'Public key',
      publicMore: 'Goes to Apple. Latchkey computed it from this file, here.',
      private: 'Private key',
      privateMore: 'Stays in the file. Not copied, not kept, not sent.',
      only: 'Latchkey uses only the public key in it, and keeps nothing.',
      fingerprint: 'Fingerprint of the public key',
      ask: 'Did this file reach you by e-mail or chat?',
      askMore: 'Then others may have it, and whoever has it controls installs. Ask for a new pair.',
      never: 'It never left this computer',
    },

    scope: {
      legend: 'Which apps is this key for?',
      fixedApp: (app: Name): Rich => say`For ${app}, like the key it replaces.`,
      fixedAll: (account: string): Rich => say`For all apps of ${name(account)}, like the key it replaces.`,
      fixedMore: 'A new key that takes an old one’s place is for the same.',
      one: 'One app',
      oneMore: 'Whoever holds the private key can authorise installs of this app and no other.',
      all: 'All apps',
      allMore: (account: string): Rich => say`Whoever holds this private key can authorise installs of every app of ${name(account)}.`,
      search: 'Name, bundle ID or Apple ID',
      apps: 'Apps',
      none: 'No app matches. Search by name, bundle ID or Apple ID.',
      noApps: 'This API key sees no apps.',
      reading: 'Reading the apps…',
      own: 'Own key',
      ownNamed: (key: string): Rich => say`Own key: ${name(key)}`,
      ownSeveral: (n: number): string => `${format.number(n)} own keys`,
      onlyAll: 'Only the key for all apps',
      noKey: 'No key',
      notRead: 'Could not be read',
      looking: 'Looking…',
      found: (found: number, all: number): string => (found === all ? apps(all) : `${format.number(found)} of ${apps(all)}`),
      foundMore: 'What a key is used for can’t be changed later. Adding doesn’t remove an app’s old key.',
      allStays: 'What a key is used for can’t be changed later. Adding doesn’t remove any other key.',
    },

    check: {
      forApp: (app: Name): Rich => say`Apple gets this public key and uses it for ${app} only.`,
      forAll: (account: string): Rich => say`Apple gets this public key and uses it for every app of ${name(account)}.`,
      name: 'Name',
      /** Proposed for a key that is for no app in particular. */
      nameForAll: 'Key for all apps',
      nameHint: 'For you, here in Latchkey. Apple keeps no names.',
      account: 'Account',
      app: 'App',
      allApps: 'All apps',
      bundleId: 'Bundle ID',
      appleId: 'Apple ID',
      file: 'Key file',
      madeFile: 'Private key saved as',
      fingerprint: 'Fingerprint',
      confirmed: 'Confirmed',
      byVoice: (by: string, at: Moment): Rich => say`By voice, with ${name(by)}, ${format.time(at)}`,
      byPrivateKey: 'By its private key, in the file you showed',
      madeHere: 'Made here',
      notConfirmed: 'Not confirmed',
      same: 'This is the key that is to be replaced.',
      sameMore: 'Choose another one: a new key has a new pair of keys.',
      nothingRemoved: (others: number): string =>
        others === 0
          ? 'It will be the first key of this account.'
          : format.plural(others) === 'one'
            ? 'Your 1 other key stays as it is.'
            : `Your ${format.number(others)} other keys stay as they are.`,
      coveredBy: (app: Name, key: Name): Rich => say`${app} is covered by ${key} so far, the key for all apps. Apple doesn’t say which of the two it takes for an app that has both.`,
      coveredBySeveral: (app: Name, n: number): Rich => say`${app} is covered by ${format.number(n)} keys for all apps so far. Apple doesn’t say which it takes for an app that has its own, too.`,
      ownStays: (app: Name, key: Name): Rich => say`${app} has ${key} already, which stays. Apple doesn’t say which of the two it takes.`,
      ownStaySeveral: (app: Name, n: number): Rich => say`${app} has ${format.number(n)} keys already, which stay. Apple doesn’t say which of them it takes.`,
      allStays: (key: Name): Rich => say`${key} is for all apps already, and stays. Apple doesn’t say which of the two it takes.`,
      allStaySeveral: (n: number): string => `There are ${format.number(n)} keys for all apps already, which stay. Apple doesn’t say which of them it takes.`,
      elsewhereApp: (app: Name): Rich => say`The same key is registered for ${app} already. It will be used for both.`,
      elsewhereAll: 'The same key is registered for all apps already. It will be registered once more, for this app.',
      elsewhereUnknown: 'The same key is registered in this account already, for an app Latchkey can’t tell.',
      otherAccounts: (accounts: readonly string[]): Rich =>
        say`The same key is known in ${format.list(accounts)}. Whoever holds its private key controls installs in all of them. A pair of its own for each account is safer.`,
      act: 'Add key',
      /** The replacement’s new key is registered already. */
      goOn: 'Go on with this key',
      replace: 'Replace…',
      replaceNamed: (key: string): string => `Replace… ${key}`,
      removeFirst: 'Remove the old key first',
      sending: 'Waiting for Apple’s answer. It was sent once and can’t be stopped.',
      acting: 'Adding…',
      preparing: 'Comparing with Apple…',
    },

    already: {
      title: 'Already registered',
      lead: (id: string): Rich => say`Already registered, distribution key ID ${code(id)}; nothing to do.`,
      more: 'Apple has this very key for this very use. Nothing was sent.',
    },

    done: {
      title: 'Key added',
      lead: (key: Name, app: Name): Rich => say`${key} is registered with Apple for ${app}.`,
      /** The key has the app’s own name. */
      leadSame: (app: Name): Rich => say`The key for ${app} is registered with Apple.`,
      leadAll: (key: Name): Rich => say`${key} is registered with Apple for all apps.`,
      titleArrived: 'It arrived',
      compared: (at: Moment): string => `Read back from Apple and compared at ${format.time(at)}.`,
      notShown: 'Apple took the key, but doesn’t show it with the app yet. Refresh in a few minutes to see whether it does.',
      id: 'Distribution key ID',
      copyId: 'Copy distribution key ID',
      message: 'What to send to your engineer',
      messageLabels: {
        app: 'App',
        kid: 'For kid',
        fingerprint: 'Fingerprint',
        account: 'Account',
        please: 'Please',
      },
      allApps: 'All apps',
      appAndIds: (app: Name, appleId: string, bundleId: string): Rich =>
        bundleId === '' ? say`${app}, Apple ID ${appleId}` : say`${app}, Apple ID ${appleId}, ${bundleId}`,
      accountAndDate: (account: string, at: Moment): Rich => say`${name(account)}, ${format.longDate(at)}`,
      pleaseNot: 'do not send the .p8 or the private key to anybody.',
      copyMessage: 'Copy message for the engineer',
      privateKey: (file: SavedFile, kept: boolean): Rich => [
        'The private key is saved as ',
        ...savedAs(file),
        kept ? ', and kept in this computer’s keychain.' : '.',
      ],
      next: 'Next, your engineer sets kid on the server. For an app on your own website, the web domain is registered with Apple after that.',
    },
  };
}
