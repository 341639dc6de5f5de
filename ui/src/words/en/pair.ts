// A new pair, its password, and the file that its private key is saved in.

import type { OddPlace } from '../../bindings/OddPlace';
import type { SavedFile } from '../../bindings/SavedFile';
import { name, say, type Rich } from '../rich';
import { savedAs } from './files';

export const pair = {
  open: 'Create a new pair',
  openMore: 'Made here: the private key goes into a file of yours, the public key to Apple.',
  making: 'Making a pair…',
  title: 'A new pair of keys',
  lead: 'Latchkey saves the private key in a file of yours first. Nothing goes to Apple before that.',
  fileName: 'private_key.pem',
  chooseTitle: 'Save the private key',
  fingerprint: 'Fingerprint',

  protect: 'Protect the file with a password',
  protectMore: 'Latchkey made one. Your engineer needs it to open the file.',
  unprotected: 'Without a password, whoever gets at the file can authorise installs. Turn it off only if your server can’t use a password.',
  password: 'Password',
  hidden: 'hidden',
  show: 'Show password',
  hide: 'Hide password',
  copy: 'Copy password',
  keep: 'Also keep it in this computer’s keychain',
  keepMore: 'Then the private key can be saved once more later, from the key’s panel.',

  save: 'Save private key…',
  saving: 'Saving…',
  savingMore: 'Writing the file, reading it back, opening it again.',
  other: 'Choose another place',
  there: 'Save there all the same',
  odd(place: OddPlace): Rich {
    switch (place.is) {
      case 'synced':
        return say`This folder is copied to other computers by ${name(place.by)}.`;
      case 'network':
        return ['This folder is on another computer.'];
      case 'noPermissions':
        return ['This disk lets everyone read what is on it.'];
    }
  },
  oddMeans: {
    synced: 'The private key would also lie on a company’s servers and on every computer that is signed in there. Nothing was saved yet.',
    network: 'Whoever looks after that computer, or may read that folder, could take the private key. Nothing was saved yet.',
    noPermissions: 'It is formatted so (FAT or exFAT) that files can’t be kept from anyone who has the disk. Nothing was saved yet.',
  } satisfies Record<OddPlace['is'], string>,
  oddDo: 'A folder on this computer’s own disk is better.',

  saved: (file: SavedFile): Rich => ['Saved as ', ...savedAs(file), '.'],
  checkedLocked: 'Read back, opened with its password and checked: it belongs to this public key.',
  checked: 'Read back and checked: it belongs to this public key.',
  kept: 'It is in this computer’s keychain, too.',
  notKept: 'The keychain did not take the private key: it is in its file alone. You can go on without.',
  nothingSent: 'Nothing has gone to Apple yet.',
  note: 'Note the password now',
  noteMore: 'It is made for this file alone. Latchkey forgets it when this is closed, and nobody can open the file without it.',
  noteFirst: 'Show or copy the password first. Then Next can be pressed.',
  noted: 'Send the file and the password by two different ways, for example the file on a stick and the password by telephone.',
  sendSafely: 'Hand the file over in person, or on a stick. Not by e-mail or chat: whoever reads it there can authorise installs.',

  leave: {
    title: 'Close without the password?',
    more: (file: SavedFile): Rich => [...savedAs(file), ' can’t be opened without its password, and nobody has seen it yet. Latchkey forgets it when this is closed.'],
    close: 'Close all the same',
    back: 'Back',
  },

  /** The private key in the keychain is saved to a file. */
  fromKeychain: {
    title: 'Save private key',
    lead: (key: string, account: string): Rich => say`The private key of ${name(key)} in ${name(account)} lies in this computer’s keychain. It stays there, too.`,
    getting: 'Asking the keychain…',
  },
};
