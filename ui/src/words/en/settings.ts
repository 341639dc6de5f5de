import type { Brings } from '../../bindings/Brings';
import type { KnownFolder } from '../../bindings/KnownFolder';
import type { Moment } from '../../bindings/Moment';
import type { NewsKind } from '../../bindings/NewsKind';
import type { Format } from '../format';
import { code, say, type Rich } from '../rich';
import { counting } from './counting';

export function settings(format: Format) {
  const count = counting(format);
  const keys = (n: number) => count(n, 'key', 'keys');
  const accounts = (n: number) => count(n, 'account', 'accounts');

  return {
    title: 'Settings',
    accounts: 'Accounts',
    connect: 'Connect an account',
    keychain: 'The API keys are in this computer’s keychain.',
    sample: 'Sample account',
    sampleMore: 'Made-up apps and keys. Nothing reaches Apple.',
    sampleState: 'Practice data: nothing here reaches Apple',

    everywhere: 'All accounts',
    find: 'Search all accounts',
    findMore: 'Finds keys by name, app, fingerprint or ID, as each account last listed them.',
    found: (n: number): string => `${count(n, 'key', 'keys')} found`,
    nothingFound: (search: string): string => `No key of any account matches “${search}”.`,
    foundCaption: 'Keys found in all accounts',
    columns: { name: 'Name', usedFor: 'Used for', account: 'Account', id: 'Distribution key ID' },

    look: 'Look for changes in all accounts',
    lookMore: 'Reads the keys of every account from Apple, and tells which came or went without this computer.',
    looked: (done: number, of: number): string => `Looked at ${format.number(done)} of ${accounts(of)}`,
    stopping: 'Stopping…',
    lookedAll: (n: number): string => `Looked at ${accounts(n)}`,
    stopped: (done: number, of: number): string => `Stopped: looked at ${format.number(done)} of ${accounts(of)}`,
    noChange: (n: number): string => `${keys(n)}. None came or went without this computer.`,
    changes(came: number, went: number): string {
      if (went === 0) return `${keys(came)} added, not from this computer.`;
      if (came === 0) return `${keys(went)} gone, not from this computer.`;
      return `${keys(came)} added, ${format.number(went)} gone, not from this computer.`;
    },
    news: { came: 'Added', went: 'Gone' } satisfies Record<NewsKind, string>,
    noticed(at: Moment): string {
      switch (format.day(at)) {
        case 'today':
          return `noticed today at ${format.time(at)}`;
        case 'yesterday':
          return `noticed yesterday at ${format.time(at)}`;
        case 'earlier':
          return `noticed on ${format.date(at)}`;
      }
    },
    show: 'Show keys',

    copies: 'Names and history',
    copiesMore:
      'Names, notes and Activity are only on this computer. A copy takes them to another one, for all accounts at once. It holds no API key, no private key and no password.',
    save: 'Save a copy of names and history…',
    saveTitle: 'Save a copy of names and history',
    saving: 'Saving…',
    saved(file: string, folder: KnownFolder | null): Rich {
      switch (folder) {
        case 'downloads':
          return say`Saved as ${code(file)} in Downloads.`;
        case 'desktop':
          return say`Saved as ${code(file)} on the desktop.`;
        case 'documents':
          return say`Saved as ${code(file)} in Documents.`;
        case null:
          return say`Saved as ${code(file)}.`;
      }
    },
    bringIn: 'Bring in a copy…',
    chooseCopy: 'Choose a copy of names and history',
    reading: 'Reading…',
    bring: {
      title: 'Bring in a copy',
      from: (file: string): Rich => say`${code(file)} would bring this in, for all accounts on this computer:`,
      madeAt: (at: Moment): string => `It says that it was made on ${format.longDate(at)}.`,
      names: (n: number): string => `${count(n, 'name', 'names')} for keys that have none here`,
      notes: (n: number): string => `${count(n, 'note', 'notes')} for keys that have none here`,
      entries: (n: number): string => `${count(n, 'entry', 'entries')} of Activity`,
      known: (n: number): string => `${count(n, 'entry', 'entries')} of Activity are here already`,
      differing: (n: number): string =>
        format.plural(n) === 'one' ? '1 key has another name or note here. What is here stays.' : `${format.number(n)} keys have another name or note here. What is here stays.`,
      nothing: ({ known }: Brings): string => (known > 0 ? 'Everything in it is here already. There is nothing to bring in.' : 'There is nothing in it to bring in.'),
      trust: 'Bring in only a copy from somebody you trust: what it says about keys is not checked. It changes nothing at Apple, connects no account and confirms no key.',
      act: 'Bring in',
      acting: 'Bringing in…',
      done: 'The copy was brought in',
    },

    about: 'About',
    version: (version: string): string => `Latchkey ${version}`,
    aboutMore: 'No server of its own, no telemetry: Latchkey speaks with Apple and with nobody else.',
    licence: 'Free software, under the MIT licence or the Apache licence 2.0.',
  };
}
