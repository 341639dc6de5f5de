// What a file is that can't be used, why, and what to do about it.

import type { FileTrouble } from '../../bindings/FileTrouble';
import type { KnownFolder } from '../../bindings/KnownFolder';
import type { SavedFile } from '../../bindings/SavedFile';
import type { Source } from '../../bindings/Source';
import type { Unusable } from '../../bindings/Unusable';
import type { Format } from '../format';
import { code, say, type Rich } from '../rich';

const inFolder: Record<KnownFolder, string> = { downloads: 'in Downloads', desktop: 'on the desktop', documents: 'in Documents' };

/** A file and where it lies, as far as that is known. */
export function savedAs({ name: file, folder }: SavedFile): Rich {
  return folder === null ? [code(file)] : say`${code(file)} ${inFolder[folder]}`;
}

function sourceName(source: Source): string {
  switch (source.from) {
    case 'file':
    case 'madeHere':
      return source.name;
    case 'pasted':
      return 'Key text from the clipboard';
    case 'activity':
      return 'A key that was removed, from Activity';
  }
}

export function files(format: Format) {
  const key = (what: string, isPrivate: boolean) => (isPrivate ? `a private ${what} key` : `a public ${what} key`);

  /** Completes “This file is …”. */
  function kind(is: Unusable): string {
    switch (is.kind) {
      case 'empty':
        return 'empty';
      case 'tooLarge':
        return 'far larger than any key file';
      case 'otherCurve':
        return key(is.curve, is.private);
      case 'curveNotNamed':
        return is.private ? 'a private key that doesn’t name its curve' : 'a public key that doesn’t name its curve';
      case 'rsa':
        return is.bits === null ? key('RSA', is.private) : `${key('RSA', is.private)} (${is.bits} bits)`;
      case 'ed25519':
        return key('Ed25519', is.private);
      case 'otherAlgorithm':
        return key(is.algorithm, is.private);
      case 'certificate':
        return 'a certificate, not a key';
      case 'certificateRequest':
        return 'a certificate request, not a key';
      case 'ssh':
        return key('SSH', is.private);
      case 'pkcs12':
        return 'a store of keys and certificates (PKCS #12)';
      case 'severalKeys':
        return 'several keys in one';
      case 'offCurve':
        return 'a public key whose numbers are wrong';
      case 'damaged':
        return 'a damaged key';
      case 'notAKey':
        return 'no key';
    }
  }

  return {
    sourceName,
    savedAs,

    unlock: {
      locked: 'A private key with a password',
      title: 'This file has a password',
      more: 'Latchkey uses the password once, here, and keeps it nowhere.',
      field: 'Password of the file',
      act: 'Unlock',
      acting: 'Opening… Files that ask for much work take a while.',
      wrong: 'That is not its password. Capital letters count.',
      empty: 'Type the password that was given to the file.',
      stopped: 'Stopped. The file is still locked.',
    },

    /** “An RSA key.” */
    sentence(is: Unusable): string {
      const text = kind(is);
      return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
    },
    fileIs: (file: string, is: Unusable): Rich => say`${code(file)} is ${kind(is)}.`,
    pastedIs: (is: Unusable): Rich => [`The pasted text is ${kind(is)}.`],

    why(is: Unusable, apiKey: boolean): Rich {
      switch (is.kind) {
        case 'empty':
          return ['There is nothing in it.'];
        case 'tooLarge':
          return [`A key file has a few hundred bytes; this one has ${format.number(is.bytes)}. Latchkey didn’t look inside.`];
        case 'otherCurve':
        case 'rsa':
        case 'ed25519':
        case 'otherAlgorithm':
          return ['Apple needs a key of the kind P-256 (prime256v1).'];
        case 'curveNotNamed':
          return ['Apple needs P-256, called by its name. Other programs would have to guess.'];
        case 'certificate':
        case 'certificateRequest':
          return apiKey
            ? ['The API key is a private key; a certificate holds none.']
            : ['Apple takes the bare public key. Which key a certificate stands for is for its maker to say.'];
        case 'ssh':
          return ['Apple needs a key in PEM form, of the kind P-256.'];
        case 'pkcs12':
          return ['It can hold several keys, and it has a password.'];
        case 'severalKeys':
          return ['Which of them is meant is not for Latchkey to guess.'];
        case 'offCurve':
          return ['It has the form of a P-256 key, but no private key can belong to it. Something changed it on the way, or made it up.'];
        case 'damaged':
          return ['Part of it is missing or was changed on the way.'];
        case 'notAKey':
          return is.text ? ['It is text, with no key in it.'] : ['It is no text, and none of the forms that keys have.'];
      }
    },

    doNow(is: Unusable, apiKey: boolean): Rich {
      if (apiKey) return ['Choose the file AuthKey_….p8, as it was downloaded from App Store Connect.'];
      switch (is.kind) {
        case 'pkcs12':
        case 'severalKeys':
          return ['Ask your engineer for the public key alone, in a file of its own.'];
        case 'certificate':
        case 'certificateRequest':
        case 'notAKey':
        case 'empty':
        case 'tooLarge':
          return ['Choose the key file from your engineer, often called public_key.pem. If you don’t have it, ask for it.'];
        case 'damaged':
        case 'offCurve':
          return ['Ask your engineer to send the public key again, as a file and not inside the text of a mail.'];
        case 'otherCurve':
        case 'curveNotNamed':
        case 'rsa':
        case 'ed25519':
        case 'otherAlgorithm':
        case 'ssh':
          return ['Ask your engineer for a new pair. The message to copy holds the commands that make the right kind.'];
      }
    },

    trouble: {
      notFound: ['It is not there any more.'],
      denied: ['You may not read it, says this computer.'],
      notAFile: ['It is a folder or a device, not a file.'],
      tooLarge: ['It is larger than 64 KB, and no key file is. Latchkey didn’t look inside.'],
      other: ['This computer reported an error.'],
    } satisfies Record<FileTrouble, Rich>,

    troubleDo: {
      notFound: ['Look where it went, and choose it again.'],
      denied: ['Copy it into your own folder, or ask whoever gave it to you. Then choose it again.'],
      notAFile: ['Choose the file itself.'],
      tooLarge: ['Choose the key file; it is a small one.'],
      other: ['Copy it to this computer’s own disk, and choose it again.'],
    } satisfies Record<FileTrouble, Rich>,
  };
}
