// States of files with a password, and of pairs that are made here.

import type { Place } from '../bindings/Place';
import type { Problem } from '../bindings/Problem';
import { keys, now } from './data';
import { keyScenes } from './keyScenes';
import type { Scene } from './scenes';

const offline: Problem = { code: 'noAnswer', facts: { how: 'name', detail: 'dns error: no such host', signer: null }, at: now };
const secondKey: Problem = {
  code: 'secondKey',
  facts: { has: keys.slice(0, 1).map(({ id, name, usedFor }) => ({ id, name, usedFor })) },
  apple: { status: 409, requestId: 'ZZ7QW2MNC6TB5VHK3RXE8DLAY4', errors: [] },
  at: now,
};

export function fileScenes(plain: Scene, safePlace: Place) {
  const { replaceAdd } = keyScenes(plain);
  return {
    lockedFile: { ...plain, keyFiles: [{ name: 'papierkram_locked.pem', locked: 'quickly' }] },
    slowFile: { ...plain, keyFiles: [{ name: 'papierkram_locked.pem', locked: 'slowly' }] },
    absurdFile: { ...plain, keyFiles: [{ name: 'papierkram_locked.pem', locked: 'tooExpensive' }] },
    lockedApiKey: { ...plain, accounts: [], keyFiles: [{ name: 'AuthKey_K7M2Q9XW4D.p8', locked: 'quickly' }] },
    oddPlace: { ...plain, pairs: { ...plain.pairs, places: [{ ...safePlace, odd: { is: 'synced', by: 'Dropbox' } }, safePlace] } },
    placeNotChosen: { ...plain, pairs: { ...plain.pairs, places: [null, safePlace] } },
    notSaved: { ...plain, pairs: { ...plain.pairs, saveProblem: { code: 'notSaved', facts: { name: 'private_key.pem', why: 'full' }, at: now } } },
    notKept: { ...plain, pairs: { ...plain.pairs, notKept: { code: 'keychainRefused', facts: { detail: 'user refused' }, at: now } } },
    pairThenOffline: { ...plain, added: offline },
    secondKey: { ...plain, added: secondKey },
    /** The same, while a key is replaced. */
    secondNewKey: { ...replaceAdd, added: secondKey },
  } satisfies Record<string, Scene>;
}
