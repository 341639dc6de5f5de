// What can be wrong with Latchkey's own files.

import { copyNotRead } from './copyTrouble';
import type { Tellers } from './problems';
import { afterSending, stake } from './stakes';

type Codes = 'alreadyOpen' | 'recordsNewer' | 'recordsFull' | 'recordsReadOnly' | 'recordsDamaged' | 'records' | 'copyNotRead';

export const recordsProblems: Pick<Tellers, Codes> = {
  alreadyOpen: () => ({
    happened: ['Latchkey is open already.'],
    means: [['Two windows at once could send the same key twice, so this one does nothing.']],
    doNow: ['Go on in the other window and close this one. If there is none, wait a moment and try again.'],
    ways: [{ do: 'again' }, { do: 'quit' }],
  }),
  recordsNewer: () => ({
    happened: ['A newer Latchkey was used on this computer.'],
    means: [['This older one can’t read its files, and leaves them as they are. Nothing is lost.']],
    doNow: ['Open the newer Latchkey.'],
    ways: [{ do: 'quit' }],
  }),
  records: (_, where) => ({
    happened: ['Latchkey can’t read or write its own files.'],
    means: [afterSending(where)],
    doNow: ['See whether the disk is full and whether Latchkey is open twice. Then try again.'],
    ways: [{ do: 'again' }],
  }),
  copyNotRead: ({ facts }, where) => ({ ...copyNotRead(facts.name, facts.why), means: [stake(where)], ways: [] }),
  recordsFull: (_, where) => ({
    happened: ['This computer’s disk is full.'],
    means: [['Latchkey writes down what it does before it does it, so that nothing is lost. For that there is no room.'], afterSending(where)],
    doNow: ['Make room on the disk that has your personal folder. Then try again; Latchkey can stay open.'],
    ways: [{ do: 'again' }],
  }),
  recordsReadOnly: (_, where) => ({
    happened: ['Latchkey may not write in its own folder.'],
    means: [['It writes down what it does before it does it, so that nothing is lost. Without that it does nothing.'], afterSending(where)],
    doNow: ['Look whether the disk is locked, or ask who looks after this computer. Then try again.'],
    ways: [{ do: 'again' }],
  }),
  recordsDamaged: (_, where) => ({
    happened: ['Latchkey’s own files turned out to be damaged.'],
    means: [['A disk that fails does that, or a computer that was switched off. The API keys are in the keychain and not touched by this.'], afterSending(where)],
    doNow: ['Quit Latchkey and open it again. It then sets the damaged files aside, keeps them, and goes on with new ones.'],
    ways: [{ do: 'quit' }],
  }),
};
