import type { Moment } from '../../bindings/Moment';
import type { WhyUnknown } from '../../bindings/WhyUnknown';
import type { Format } from '../format';
import { code, name, say, type Name, type Rich } from '../rich';
import { counting } from './counting';

const why: Record<WhyUnknown, string> = {
  noAppShowsIt: 'No app that this API key sees shows it. The app is not visible to this API key, or it shows Apple’s other key.',
  notAllAppsRead: 'Some apps could not be asked. Refresh tries again.',
  stopped: 'The search was stopped. Refresh goes on.',
  otherThanRemembered: 'The app it was known for doesn’t show it any more. Refresh looks through all apps.',
};

const whyShort: Record<WhyUnknown, string> = {
  noAppShowsIt: 'No app in sight shows it',
  notAllAppsRead: 'Not all apps could be asked',
  stopped: 'The search was stopped',
  otherThanRemembered: 'Its app doesn’t show it any more',
};

export function keys(format: Format) {
  const count = (n: number) => counting(format)(n, 'key', 'keys');
  return {
    title: 'Keys',
    caption: (account: string): string => `Alternative distribution keys of ${account}`,
    columns: {
      name: 'Name',
      usedFor: 'Used for',
      fingerprint: 'Fingerprint',
      id: 'Distribution key ID',
      privateKey: 'Private key',
      confirmed: 'Confirmed',
    },
    unnamed: 'Unnamed key',
    allApps: 'All apps',
    looking: 'Looking…',
    unknownApp: 'An app Latchkey can’t tell',
    why,
    whyShort,
    unreadable: 'Public key can’t be read',
    unreadableMore: 'Apple lists this key, but what it gives as its public key is none. Its distribution key ID is right.',
    noFingerprint: 'None',
    notChecked: 'Not checked on this computer',
    inAFile: 'In a file you showed us',
    onThisComputer: 'On this computer',
    inKeychain: (at: Moment): string => `In the keychain since ${format.date(at)}`,
    pasted: 'Pasted',
    fileAndDate: (file: string, at: Moment): string => `${format.date(at)} · ${file}`,
    pastedAt: (at: Moment): string => `${format.date(at)} · pasted`,
    notConfirmed: 'Not confirmed',
    byPrivateKey: 'By private key',
    madeHere: 'Made here',
    byVoice: (at: Moment): string => `By voice, ${format.date(at)}`,
    firstSeen(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return 'First seen today';
        case 'yesterday':
          return 'First seen yesterday';
        case 'earlier':
          return `First seen on ${format.date(at)}`;
      }
    },
    added(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return 'Added today';
        case 'yesterday':
          return 'Added yesterday';
        case 'earlier':
          return `Added on ${format.date(at)}`;
      }
    },
    count,
    countFound: (found: number, all: number): string => `${format.number(found)} of ${count(all)}`,
    asOf(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return `as of ${format.time(at)}`;
        case 'yesterday':
          return `as of yesterday, ${format.time(at)}`;
        case 'earlier':
          return `as of ${format.date(at)}, ${format.time(at)}`;
      }
    },
    countAsOf: (counted: string, asOf: string): string => `${counted} · ${asOf}`,
    asking: 'Asking Apple for the keys…',
    checked: (done: number, of: number): string => `Checked ${format.number(done)} of ${format.number(of)} apps`,
    limit: (until: Moment): string => `Apple’s limit is reached. Goes on by itself at ${format.time(until)}.`,
    busy: (until: Moment): string => `Apple doesn’t answer properly. Tries again by itself at ${format.timeWithSeconds(until)}.`,
    stopped: 'Stopped',
    stopping: 'Stopping…',
    refresh: 'Refresh',
    read: (n: number): string => `Done reading: ${count(n)}`,
    nothingFound: (search: string): string => `No key matches “${search}”.`,
    clearSearch: 'Clear the search',
    addWaits: 'A key can be added once the keys can be read.',
    empty: {
      title: 'No alternative distribution keys yet',
      more: 'A distribution key proves to Apple that an install from your website or marketplace comes from you. The private key stays with you; Apple gets the public key.',
      sign: 'You sign each install with the private key',
      check: 'Apple checks it with the public key',
      install: 'The app installs on the device',
    },
    panel: {
      copyMessage: 'Copy message for the engineer',
      id: 'Distribution key ID',
      idMore: 'Goes into kid of install tokens.',
      fingerprint: 'Fingerprint',
      publicKey: 'Public key',
      copyId: 'Copy distribution key ID',
      copyFingerprint: 'Copy fingerprint',
      copyPublicKey: 'Copy public key',
      copyCommand: 'Copy the command that prints it',
      rename: 'Rename',
      name: 'Name',
      nameHint: 'Enter saves, Escape leaves it as it was.',
      note: 'Note',
      noteHint: 'For you; Apple never sees it.',
      nameSaved: 'Name saved',
      noteSaved: 'Note saved',
      reading: 'Reading it from Apple…',
      asApple: (at: Moment): string => `As Apple has it, read at ${format.time(at)}.`,
      differs: (at: Moment): string => `Apple has it otherwise than it was shown here. You see what Apple has, read at ${format.time(at)}.`,
      gone: (at: Moment): string => `Apple has no such key any more, as of ${format.time(at)}. You see it as it was.`,
      goneDo: 'Refresh the keys',
      savePublic: 'Save public key…',
      savePublicTitle: 'Save the public key',
      saved: (file: string): string => `Saved as ${file}`,
      confirm: 'Confirm…',
      check: 'Check a private key…',
      savePrivate: 'Save private key…',
    },
    confirming: {
      title: (key: string): string => `Confirm “${key}”`,
      account: (account: string): Rich => say`A key of ${name(account)}.`,
      act: 'Confirm',
      fingerprint: 'Fingerprint, as Apple has it',
      differs: 'These are not the first five groups of this key’s fingerprint.',
      differsMeans: 'Either something was misheard, or Apple has another key than that person made. Nothing was changed.',
      differsDo: 'Have the groups read out once more. If they still differ, replace this key.',
      done: (key: string, by: string): string => `${key} is confirmed, with ${by}`,
    },
    checking: {
      title: (key: string): string => `Check a private key for “${key}”`,
      why: 'Choose the file with the private key. Latchkey has it sign something, here, and looks whether this key’s public key fits.',
      kept: 'It notes the file’s name and the date. Nothing of the private key is kept or sent.',
      choose: 'Choose file…',
      chooseTitle: 'Choose the file with the private key',
      another: 'Choose another file…',
      busy: 'Checking…',
      its: 'This is its private key.',
      itsMore: (file: string): Rich => say`${code(file)} signed, and the public key that Apple has fits. Noted with the key.`,
      pasted: 'The pasted key',
      not: 'No, this is not its private key.',
      belongsTo: (key: Name): Rich => say`No, it belongs to ${key}.`,
      belongsToMore: 'That is noted with the key it belongs to.',
      belongsToNone: (account: string): Rich => say`It belongs to no key of ${name(account)}.`,
      fingerprint: 'Fingerprint of its public key',
      show: 'Show that key',
    },
    news: {
      lead: 'Since you last looked:',
      told(came: number, went: number): string {
        const keys = (n: number) => (format.plural(n) === 'one' ? '1 key' : `${format.number(n)} keys`);
        if (went === 0) return `${keys(came)} added, not from this computer.`;
        if (came === 0) return `${keys(went)} gone, not from this computer.`;
        return `${keys(came)} added, ${format.number(went)} gone, not from this computer.`;
      },
      know: 'I know it',
      known: 'Noted: these changes are known',
      what: 'What to do',
      title: 'Changed without this computer',
      account: (account: string): Rich => say`In ${name(account)}, keys came or went, and Latchkey on this computer had no part in it.`,
      came: 'Added',
      went: 'Gone',
      noticed: (at: string): string => `Noticed ${at}`,
      cameDo: 'Ask who looks after App Store Connect with you who added it. If nobody knows it, remove it: whoever has its private key can authorise installs.',
      wentDo: 'Ask who removed it. Where a server still signs with it, installs fail. If it was removed by mistake, Add again in Activity registers its public key anew, with a new distribution key ID.',
      show: 'Show key',
      activity: 'Show in Activity',
    },
  };
}
