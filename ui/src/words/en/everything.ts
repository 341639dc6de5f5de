// Removing everything that Latchkey stored on this computer, and damaged records that were set aside.

import type { KeptPrivateKey } from '../../bindings/KeptPrivateKey';
import type { Moment } from '../../bindings/Moment';
import type { SavedFile } from '../../bindings/SavedFile';
import type { SetAside } from '../../bindings/SetAside';
import { groupsOf } from '../../fingerprint';
import type { Format } from '../format';
import { code, name, say, type Name, type Rich } from '../rich';
import { counting } from './counting';
import { savedAs } from './files';

export function everything(format: Format) {
  const count = counting(format);

  /** Names, as many as are read at a glance. */
  function list(names: readonly string[]): Rich {
    const shown = names.slice(0, 5);
    const more = names.length - shown.length;
    return shown.flatMap((one, index): Rich => [index === 0 ? '' : index === names.length - 1 ? ' and ' : ', ', name(one)]).concat(more > 0 ? [` and ${format.number(more)} more`] : []);
  }

  const removed = {
    accounts: (names: readonly string[]): Rich => [
      names.length > 1 ? `${format.number(names.length)} accounts and their API keys in the keychain: ` : 'The account ',
      ...list(names),
      names.length > 1 ? '.' : ' and its API key in the keychain.',
    ],
    privateKeys: (n: number): string => `${count(n, 'private key', 'private keys')} in the keychain.`,
    described: (n: number): string => (format.plural(n) === 'one' ? 'The name and note of 1 key.' : `The names and notes of ${format.number(n)} keys.`),
    entries: (n: number): string => `${count(n, 'entry', 'entries')} of Activity.`,
    replacements: (n: number): string =>
      format.plural(n) === 'one' ? 'A replacement that is not finished. Both its keys stay registered.' : `${format.number(n)} replacements that are not finished. Their keys stay registered.`,
    setAside: (files: readonly string[]): Rich => [
      files.length > 1 ? 'Damaged records that were set aside: ' : 'The damaged records that were set aside as ',
      ...files.flatMap((file, index): Rich => [index === 0 ? '' : ', ', code(file)]),
      '.',
    ],
    rest: 'Everything else that Latchkey keeps on this computer, such as what it saw of your keys and apps.',
  };

  return {
    section: 'Remove everything',
    more: 'Takes everything that Latchkey stored on this computer off it again. Nothing at Apple changes.',
    open: 'Remove everything Latchkey stored here…',
    title: 'Remove everything Latchkey stored here',
    steps: { list: 'What goes', keys: 'Private keys', check: 'Check' },
    listing: 'Looking what there is…',

    goes: 'Removed from this computer',
    removed,
    stays: 'Stays as it is',
    apple: 'Nothing at Apple changes: distribution keys stay registered, and installs go on.',
    stillWork: 'The API keys still work wherever else they were saved.',
    revoke: 'Revoke them at Apple…',
    files: 'Files you saved yourself stay where they are.',
    undecided: (n: number): string =>
      format.plural(n) === 'one'
        ? '1 change was sent to Apple, and what became of it isn’t known yet. Latchkey looks for it until everything is removed, and not after.'
        : `${format.number(n)} changes were sent to Apple, and what became of them isn’t known yet. Latchkey looks for them until everything is removed, and not after.`,

    copy: 'Names, notes and Activity can be had again from a copy.',

    keys: {
      title: 'Private keys that would be lost',
      lead: 'These are in this computer’s keychain, and Latchkey knows of no other place. Save each in a file, or give it up.',
      /** How a private key is called here: by the name of its key, or by its fingerprint and what it is for. */
      called({ name: own, app, allApps, fingerprint }: KeptPrivateKey): Name {
        if (own !== null) return name(own);
        const unnamed = `Unnamed key ${groupsOf(fingerprint)[0] ?? ''}…`;
        return name(app ? `${unnamed} for ${app.name}` : allApps ? `${unnamed} for all apps` : unnamed);
      },
      usedFor: ({ name: own, app, allApps }: KeptPrivateKey): Rich => (own === null ? [] : app ? [name(app.name, app.locale), ' · '] : allApps ? ['All apps · '] : []),
      since: (at: Moment): string => `In the keychain since ${format.date(at)}`,
      fingerprint: 'Fingerprint',
      save: 'Save…',
      saveAgain: 'Save again…',
      saved: (file: SavedFile | null): Rich => (file === null ? ['Saved'] : ['Saved as ', ...savedAs(file)]),
      giveUp: (key: Name): Rich => say`Give up ${key}: it can’t be had again`,
      fileName: ({ fingerprint }: KeptPrivateKey): string => `private_key_${fingerprint.slice(0, 8)}.pem`,
      saving: (key: Name): Rich => say`The private key of ${key} is in this computer’s keychain until everything is removed.`,
    },
    waits: (n: number): string => (format.plural(n) === 'one' ? '1 private key is neither saved nor given up.' : `${format.number(n)} private keys are neither saved nor given up.`),

    givenUp: (n: number): string => (format.plural(n) === 'one' ? 'This private key is lost for good' : 'These private keys are lost for good'),
    savedKeys: (n: number): string => (format.plural(n) === 'one' ? 'Saved in a file: 1 private key.' : `Saved in files: ${format.number(n)} private keys.`),
    forGood: 'This can’t be undone.',
    forGoodMore: 'Latchkey keeps nothing of it, so names, notes and Activity come back only with a copy that you saved.',
    act: 'Remove everything',
    acting: 'Removing…',
    actingMore: 'Emptying the keychain, then deleting the files. Your computer may ask whether Latchkey may use the keychain.',

    actingLong: 'You can quit Latchkey: what has begun is finished when it is opened again.',

    left: {
      title: 'Not everything is removed yet',
      go: 'Go on removing',
      more: 'Quit Latchkey if you want to go on later: it finishes when it is opened again.',
    },
    ended: {
      title: 'Everything Latchkey stored here was removed',
      apple: 'Nothing at Apple was changed. Distribution keys stay registered, and installs go on.',
      revoke: 'The API keys still work wherever else they were saved. In Apple’s list they have these API key IDs:',
      files: 'Files you saved yourself are where you put them.',
      quitFirst: 'Latchkey does nothing more until it is opened again. Then it starts as if for the first time.',
    },

    aside: {
      title: 'Latchkey’s own files were damaged.',
      happened: ({ file, at }: SetAside): Rich => say`When it was opened on ${format.date(at)}, it set them aside as ${code(file)} in its folder, and began new ones. Nothing at Apple was changed.`,
      means: 'What could still be read was brought over. Look whether an account, a name, a note or a private key kept in the keychain is missing. API keys are in the keychain, but an account that is missing has to be connected again.',
      changesLost: 'A change that was sent to Apple may be among what was lost: look at the keys before you add or remove one again.',
      bringIn: 'Bring in a copy…',
      known: 'I know it',
    },
  };
}
