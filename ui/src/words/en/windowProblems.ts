// What can go wrong between the window and the rest of the computer.

import type { Tellers } from './problems';
import { stake } from './stakes';

type Codes = 'notCopied' | 'notOpened' | 'gone';

export const windowProblems: Pick<Tellers, Codes> = {
  notCopied: () => ({
    happened: ['The clipboard did not take the text.'],
    means: [['Nothing was copied. What was in the clipboard before may still be there.']],
    doNow: ['Copy again. If that fails too, select the text and copy it by hand.'],
    ways: [{ do: 'again' }],
  }),
  notOpened: () => ({
    happened: ['Your browser did not open.'],
    means: [['Latchkey opens Apple’s pages in your own browser; it can’t show them itself.']],
    doNow: ['Open appstoreconnect.apple.com in your browser.'],
    ways: [{ do: 'again' }],
  }),
  gone: (_, where) =>
    where.is === 'removingEverything' || where.is === 'listingEverything'
      ? {
          happened: ['What was shown is no longer held.'],
          means: [['Latchkey has looked again what there is.'], stake(where)],
          doNow: ['Look at the list again, then decide.'],
          ways: [],
        }
      : {
          happened: ['What you chose is no longer held.'],
          means: [['Latchkey holds a chosen file only for a while, and only in memory.'], stake(where)],
          doNow: ['Choose the file again.'],
          ways: [],
        },
};
