import type { Moment } from '../../bindings/Moment';
import type { WhyUnknown } from '../../bindings/WhyUnknown';
import type { Format } from '../format';

const why: Record<WhyUnknown, string> = {
  noAppShowsIt: 'No app that this API key sees shows it. The app is not visible to this API key, or it shows Apple’s other key.',
  notAllAppsRead: 'Some apps could not be asked. Refresh tries again.',
  stopped: 'The search was stopped. Refresh goes on.',
};

const whyShort: Record<WhyUnknown, string> = {
  noAppShowsIt: 'No app in sight shows it',
  notAllAppsRead: 'Not all apps could be asked',
  stopped: 'The search was stopped',
};

export function keys(format: Format) {
  const count = (n: number) => (format.plural(n) === 'one' ? '1 key' : `${format.number(n)} keys`);
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
    pasted: 'Pasted',
    fileAndDate: (file: string, at: Moment): string => `${format.date(at)} · ${file}`,
    pastedAt: (at: Moment): string => `${format.date(at)} · pasted`,
    notConfirmed: 'Not confirmed',
    byPrivateKey: 'By private key',
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
    dropHere: 'Drop the key file to add it',
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
    },
    lost: {
      looking: (what: string): string => `Latchkey is looking whether the key for ${what} arrived.`,
      stopped: (what: string): string => `Whether the key for ${what} arrived is still unknown.`,
      arrived: (what: string): string => `The key for ${what} arrived.`,
      notArrived: (what: string): string => `The key for ${what} did not arrive.`,
      show: 'Show',
    },
  };
}
