// What stops a key from being added, removed or replaced.

import type { Tellers } from './problems';
import { stake } from './stakes';

type Codes =
  | 'secondKey'
  | 'wrongLastSix'
  | 'keyChanged'
  | 'keyGone'
  | 'newKeyGone'
  | 'sameKeyAgain'
  | 'oddKeyId'
  | 'notYetConfirmed'
  | 'stillUndecided'
  | 'notAToken';

export const changeProblems: Pick<Tellers, Codes> = {
  secondKey: ({ facts }, where) => ({
    happened: [facts.has.length > 1 ? 'Apple takes no further key here: there are some already.' : 'Apple takes no second key here: there is one already.'],
    means: [['Apple nowhere says how many keys an app may have, and refused this one.'], stake(where)],
    doNow:
      where.is === 'adding' && where.replacing
        ? ['Remove the old key first, then add this one. In between, count on new installs failing.']
        : ['Replace the old key: the new one then takes its place.'],
    ways: [],
  }),
  wrongLastSix: (_, where) => ({
    happened: ['These are not the last six characters of the distribution key ID.'],
    means: [stake(where)],
    doNow: ['Compare them with the ID above, and type them again.'],
    ways: [],
  }),
  keyChanged: (_, where) => ({
    happened: ['Apple has this key otherwise than it was shown to you.'],
    means: [['Its public key or its app differs, so somebody may have changed it meanwhile.'], stake(where)],
    doNow: ['Look at what Apple has, then decide again.'],
    ways: [{ do: 'again' }],
  }),
  keyGone: () => ({
    happened: ['Apple has no such key any more.'],
    means: [['Somebody else removed it, most likely. Latchkey removed nothing.']],
    doNow: ['Look at what Apple has.'],
    ways: [{ do: 'again' }],
  }),
  newKeyGone: (_, where) => ({
    happened: ['The new key is not registered any more.'],
    means: [['Somebody else removed it, most likely. The old key stays, so that installs go on working.'], stake(where)],
    doNow: ['Stop this replacement, then replace the old key anew.'],
    ways: [{ do: 'again' }],
  }),
  sameKeyAgain: (_, where) => ({
    happened: ['This is the public key that you are replacing.'],
    means: [['Whoever has the old private key could go on signing with it.'], stake(where)],
    doNow: ['Choose another key, or create a new pair.'],
    ways: [],
  }),
  oddKeyId: (_, where) => ({
    happened: ['Apple gives this key an ID that Latchkey can’t send.'],
    means: [['A distribution key ID is a UUID. Sending something else could reach another key, so Latchkey doesn’t.'], stake(where)],
    doNow: ['Remove this key on App Store Connect’s own pages, or ask Apple’s developer support.'],
    ways: [],
  }),
  notYetConfirmed: (_, where) => ({
    happened: ['Nobody has said yet whether this is the right key.'],
    means: [stake(where)],
    doNow: ['Go back to the first step and answer the question there.'],
    ways: [],
  }),
  stillUndecided: (_, where) => {
    if (where.is === 'usingNewApiKey') {
      return {
        happened: ['A change in this account was sent to Apple, and what became of it isn’t known yet.'],
        means: [['Latchkey looks for it with the present API key, so that one stays in use. Nothing was stored.']],
        doNow: ['Use the new API key when it is known. You need not do anything until then.'],
        ways: [{ do: 'again' }],
      };
    }
    return where.is === 'preparingRemoval' || where.is === 'removing'
      ? {
          happened: ['This key’s removal was sent to Apple before, and what became of it isn’t known yet.'],
          means: [['So it was not sent now.']],
          doNow: ['You need not do anything. Latchkey is looking whether the key is still in Apple’s list.'],
          ways: [],
        }
      : {
          happened: ['This key was sent to Apple before, and what became of it isn’t known yet.'],
          means: [['So the key was not sent now: there can’t be two.']],
          doNow: ['You need not do anything. Latchkey is looking for the key in Apple’s list.'],
          ways: [],
        };
  },
  notAToken: (_, where) => ({
    happened: ['The text in the clipboard is no token.'],
    means: [['A token is one long line in three parts, with a dot between them. It starts with ey.'], stake(where)],
    doNow: ['Copy one whole token that your server issued, then paste it again.'],
    ways: [],
  }),
};
