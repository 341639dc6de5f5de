// What can be wrong with a key file: what it is, its password, and saving one.

import type { SaveTrouble } from '../../bindings/SaveTrouble';
import type { Format } from '../format';
import { code, name, say, type Rich } from '../rich';
import { files } from './files';
import type { Tellers } from './problems';
import { entering, stake } from './stakes';

type Codes =
  | 'fileNotRead'
  | 'wrongFile'
  | 'publicKeyAsApiKey'
  | 'thatIsAnApiKey'
  | 'clipboardEmpty'
  | 'oneFileOnly'
  | 'publicKeyAsPrivateKey'
  | 'passwordNeeded'
  | 'wrongPassword'
  | 'tooExpensive'
  | 'lockedOtherwise'
  | 'notSaved';

const whyNotSaved: Record<SaveTrouble, Rich> = {
  alreadyThere: ['There is a file of that name by now, and Latchkey replaces none unasked.'],
  denied: ['You may not write there, says this computer.'],
  readOnly: ['That disk can only be read.'],
  full: ['That disk is full.'],
  noFolder: ['That folder is not there any more.'],
  differs: ['What was read back is not what was written. The file there can’t be trusted.'],
  other: ['This computer reported an error.'],
};

export function keyFileProblems(format: Format): Pick<Tellers, Codes> {
  const file = files(format);
  const it = (file: string | null): Rich => (file === null ? ['The pasted text'] : [code(file)]);
  return {
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
    publicKeyAsPrivateKey: ({ facts }, where) => ({
      happened: [...it(facts.name), ' is a public key.'],
      means: [['Only the private key can show that somebody holds it.'], stake(where)],
      doNow: ['Choose the file with the private key, often called private_key.pem.'],
      ways: [],
    }),
    passwordNeeded: ({ facts }, where) => ({
      happened: [...it(facts.name), ' has a password.'],
      means: [['Without it Latchkey can’t see which key it is.'], stake(where)],
      doNow: ['Choose the file again, and type its password.'],
      ways: [],
    }),
    wrongPassword: ({ facts }, where) => ({
      happened: ['That is not the password of ', ...(facts.name === null ? ['the pasted key.'] : [code(facts.name), '.'])],
      means: [['A damaged file answers like this, too: the two can’t be told apart.'], stake(where)],
      doNow: ['Type the password again. Capital letters count.'],
      ways: [],
    }),
    tooExpensive: ({ facts }, where) => ({
      happened: [...it(facts.name), ' asks for far too much work.'],
      means: [
        [`Opening it would take ${format.number(facts.asked)} steps or bytes of memory; Latchkey does at most ${format.number(facts.limit)}. No usual program makes such a file.`],
        stake(where),
      ],
      doNow: ['Ask whoever made it to save it with a usual password protection. Until then, don’t trust it.'],
      ways: [],
    }),
    lockedOtherwise: ({ facts }, where) => ({
      happened: [...it(facts.name), ' is locked in a way that Latchkey can’t open.'],
      means: [say`It uses ${code(facts.scheme)}.`, stake(where)],
      doNow: ['Ask your engineer for the public key alone: that needs no password.'],
      ways: [{ do: 'copy', message: 'askForKeyFile' }],
    }),
    notSaved: ({ facts }, where) => ({
      happened: say`${code(facts.name)} was not saved.`,
      means: [whyNotSaved[facts.why], stake(where)],
      doNow:
        facts.why === 'differs'
          ? ['Delete the file there, and save in another place: that disk may be failing.']
          : facts.why === 'alreadyThere'
            ? ['Save under another name.']
            : ['Save in another place.'],
      ways: [{ do: 'again' }],
    }),
  };
}
