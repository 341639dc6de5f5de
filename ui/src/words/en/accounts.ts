import { name, say, type Rich } from '../rich';

export const accounts = {
  account: 'Account',
  team: 'Team key',
  individual: 'Individual key',
  practice: 'Practice data',
  places: 'Places',
  keys: 'Keys',
  connectAnother: 'Connect another account…',
  trySample: 'Try the sample account',
  disconnect: 'Disconnect…',
  leave: {
    title: (account: string): string => `Disconnect “${account}”?`,
    removed: 'Removed from this computer: the account and its API key.',
    stillWorks: 'The API key still works wherever else it was saved.',
    revoke: 'Revoke it at Apple…',
    revokeWhich: (account: string, id: string): Rich => say`In Apple’s list, the API key of ${name(account)} has the API key ID ${{ code: id }}.`,
    keysStay: 'Your distribution keys at Apple stay as they are. Installs go on.',
    sample: 'The sample account closes, and what was tried in it is forgotten. You can open it again at any time.',
    act: 'Disconnect',
    acting: 'Disconnecting…',
  },
  connectedMeanwhile: (account: string): string => `${account} is connected: find it in the list of accounts`,
  disconnected: (account: string): string => `${account} is no longer connected`,
};
