import type { AccountCheck } from '../../bindings/AccountCheck';
import type { Moment } from '../../bindings/Moment';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';

export function accounts(format: Format) {
  const apps = (n: number) => (format.plural(n) === 'one' ? '1 app' : `${format.number(n)} apps`);
  const keys = (n: number) => (format.plural(n) === 'one' ? '1 key' : `${format.number(n)} keys`);

  function when(at: Moment): string {
    switch (format.day(at)) {
      case 'today':
        return `today at ${format.time(at)}`;
      case 'yesterday':
        return `yesterday at ${format.time(at)}`;
      case 'earlier':
        return `on ${format.date(at)}`;
    }
  }

  return {
    account: 'Account',
    team: 'Team key',
    individual: 'Individual key',
    practice: 'Practice data',
    places: 'Places',
    place: { keys: 'Keys', apps: 'Apps', activity: 'Activity', settings: 'Settings' },
    connectAnother: 'Connect another account…',
    trySample: 'Try the sample account',
    disconnect: 'Disconnect…',
    leave: {
      title: (account: string): string => `Disconnect “${account}”?`,
      removed: 'Removed from this computer: the account and its API key.',
      stillWorks: 'The API key still works wherever else it was saved.',
      revoke: 'Revoke it at Apple…',
      revokeWhich: (account: string, id: string): Rich => say`In Apple’s list, the API key of ${name(account)} has the API key ID ${code(id)}.`,
      keysStay: 'Your distribution keys at Apple stay as they are. Installs go on.',
      sample: 'The sample account closes, and what was tried in it is forgotten. You can open it again at any time.',
      act: 'Disconnect',
      acting: 'Disconnecting…',
    },
    connectedMeanwhile: (account: string): string => `${account} is connected: find it in the list of accounts`,
    disconnected: (account: string): string => `${account} is no longer connected`,

    issuerId: 'Issuer ID',
    state: 'State',
    shownNow: 'Shown now',
    rename: 'Rename',
    name: 'Account name',
    save: 'Save',
    renaming: 'Saving…',
    renamed: (account: string): string => `Renamed to ${account}`,
    check: 'Check',
    checking: 'Asking Apple…',
    works: ({ apps: seen, keys: found, at }: AccountCheck): string => `Works. Checked ${when(at)}: it sees ${apps(seen)} and ${keys(found)}.`,
    lastRead: (at: Moment): string => `Keys read ${when(at)}. Not checked since Latchkey was opened.`,
    neverRead: 'Not checked since Latchkey was opened.',
    checkFailed: 'Could not be checked',

    useNew: 'Use a new API key…',
    newApiKey: {
      title: (account: string): string => `A new API key for “${account}”`,
      keeps: 'The account keeps its name, the names and notes of its keys, and its history. Nothing is stored before you have seen what the new API key opens.',
      now: 'API key ID now',
      next: 'New API key ID',
      act: 'Try it',
      acting: 'Asking Apple…',
      sees(names: readonly string[], count: number): Rich {
        if (count === 0) return ['It sees no apps.'];
        const more = count - names.length;
        const seen = more > 0 ? [...names, `${format.number(more)} more`] : names;
        return [`It sees ${apps(count)}: ${format.list(seen)}.`];
      },
      seesKeys(seen: number, known: number): string {
        if (known === 0) return 'Latchkey knows no keys of this account yet, so it can’t compare.';
        if (seen === known) return format.plural(known) === 'one' ? 'It sees the key this account had.' : `It sees all ${keys(known)} this account had.`;
        if (seen === 0) return format.plural(known) === 'one' ? 'It doesn’t see the key this account had.' : `It sees none of the ${keys(known)} this account had.`;
        return `It sees ${format.number(seen)} of the ${keys(known)} this account had.`;
      },
      otherCompany: 'It is another company’s API key, most likely, so it can’t take the place of this account’s. Connect that company as an account of its own.',
      someGone: 'The others may have been removed at Apple meanwhile. If they were not, this may be another company’s API key.',
      use: 'Use this API key',
      useAllTheSame: 'Use it all the same',
      storing: 'Storing…',
      doneTitle: 'API key changed',
      done: (account: string): Rich => say`${name(account)} uses the new API key from now on. It is in this computer’s keychain.`,
      former: (id: string): Rich => say`The former API key ${code(id)} is gone from this computer. It still works wherever else it was saved.`,
      revoke: 'Revoke it at Apple…',
    },
  };
}
