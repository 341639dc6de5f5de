// What can stand in the way of removing everything.

import type { Format } from '../format';
import type { Tellers } from './problems';
import { stake } from './stakes';

type Codes = 'onlyHere' | 'everythingChanged' | 'removing';

export function everythingProblems(format: Format): Pick<Tellers, Codes> {
  return {
    onlyHere: ({ facts }, where) => ({
      happened:
        format.plural(facts.privateKeys.length) === 'one'
          ? ['A private key is in this computer’s keychain alone.']
          : [`${format.number(facts.privateKeys.length)} private keys are in this computer’s keychain alone.`],
      means: [['Removed, it could not be had again, not even from Apple.'], stake(where)],
      doNow: ['Save each, or say of each that you give it up.'],
      ways: [],
    }),
    everythingChanged: (_, where) => ({
      happened: ['Something came that was not in the list.'],
      means: [['An account, a private key or a change whose outcome is unknown came meanwhile.'], stake(where)],
      doNow: ['Look at the list again, then decide.'],
      ways: [{ do: 'again' }],
    }),
    removing: () => ({
      happened: ['Latchkey was told to remove everything it stored here.'],
      means: [['Until that is done and Latchkey is opened anew, it does nothing else. Nothing at Apple is touched by this.']],
      doNow: ['Quit Latchkey, then open it again. It finishes what may be left, and starts as if for the first time.'],
      ways: [{ do: 'quit' }],
    }),
  };
}
