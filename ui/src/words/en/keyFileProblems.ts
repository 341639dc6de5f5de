// What can be wrong with a key file beyond what it is: its password, and saving one.

import type { SaveTrouble } from '../../bindings/SaveTrouble';
import type { Format } from '../format';
import { code, say, type Rich } from '../rich';
import type { Tellers, Where } from './problems';

type Codes = 'publicKeyAsPrivateKey' | 'passwordNeeded' | 'wrongPassword' | 'tooExpensive' | 'lockedOtherwise' | 'notSaved' | 'privateKeyGone' | 'secondKey';

const whyNotSaved: Record<SaveTrouble, Rich> = {
  alreadyThere: ['There is a file of that name by now, and Latchkey replaces none unasked.'],
  denied: ['You may not write there, says this computer.'],
  readOnly: ['That disk can only be read.'],
  full: ['That disk is full.'],
  noFolder: ['That folder is not there any more.'],
  differs: ['What was read back is not what was written. The file there can’t be trusted.'],
  other: ['This computer reported an error.'],
};

export function keyFileProblems(format: Format, stake: (where: Where) => Rich): Pick<Tellers, Codes> {
  const it = (file: string | null): Rich => (file === null ? ['The pasted text'] : [code(file)]);
  return {
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
    privateKeyGone: (_, where) => ({
      happened: ['The keychain doesn’t have this private key any more.'],
      means: [['Something other than Latchkey removed it. The key stays registered at Apple.'], stake(where)],
      doNow: ['Look for the file it was saved in. If there is none, replace the key.'],
      ways: [],
    }),
    secondKey: ({ facts }, where) => ({
      happened: [facts.has.length > 1 ? 'Apple takes no further key here: there are some already.' : 'Apple takes no second key here: there is one already.'],
      means: [['Apple nowhere says how many keys an app may have, and refused this one.'], stake(where)],
      doNow:
        where.is === 'adding' && where.replacing
          ? ['Remove the old key first, then add this one. In between, count on new installs failing.']
          : ['Replace the old key: the new one then takes its place.'],
      ways: [],
    }),
  };
}
