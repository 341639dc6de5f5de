// Everything being removed, damaged records, and a disk that doesn't take what is written.

import type { Problem } from '../bindings/Problem';
import { company, now } from './data';
import { all, everything, type EverythingScene } from './everything';
import type { Scene } from './scenes';

const locked: Problem = { code: 'keychainRefused', facts: { detail: 'the collection is locked' }, at: now };
const removing: Problem = { code: 'removing', at: now };
const changed: Problem = { code: 'everythingChanged', at: now };
const full: Problem = { code: 'recordsFull', at: now };

const little = { accounts: [company.name], privateKeys: [], described: 1, entries: 0, undecided: 0, replacements: 0, setAside: [] };
const more = { ...all, undecided: 2, replacements: 2, setAside: ['latchkey-damaged-2026-11-02.db'] };
const grown = { ...all, accounts: [...all.accounts, 'Kolibri Audio'] };
const aside = { file: 'latchkey-damaged-2026-11-23.db', at: now, changesLost: false };

export function everythingScenes(plain: Scene) {
  const scene = (is: Partial<EverythingScene>): Scene => ({ ...plain, everything: { ...everything, ...is } });
  return {
    littleHere: scene({ lists: [little] }),
    muchHere: scene({ lists: [more] }),
    notListed: scene({ lists: [full, all] }),
    removingAll: scene({ removals: ['never'] }),
    removedPartly: scene({ lists: [all, removing], removals: [locked, 'done'] }),
    nothingRemoved: scene({ removals: [full, 'done'] }),
    changedMeanwhile: scene({ lists: [all, grown], removals: [changed, 'done'] }),
    setAside: scene({ setAside: aside }),
    setAsideChange: scene({ setAside: { ...aside, changesLost: true } }),
    setAsideAll: { ...scene({ setAside: aside }), accounts: [] },
    diskFull: { ...plain, startProblem: full },
    readOnly: { ...plain, startProblem: { code: 'recordsReadOnly', at: now } },
    damaged: { ...plain, activity: { code: 'recordsDamaged', facts: { detail: 'database disk image is malformed' }, at: now } },
    stillRemoving: { ...plain, startProblem: removing },
    alreadyOpen: { ...plain, startProblem: { code: 'alreadyOpen', at: now } },
    apiKeyNewer: { ...plain, readingProblem: { code: 'apiKeyNewer', facts: { account: company.name }, at: now } },
    apiKeyDamaged: { ...plain, readingProblem: { code: 'apiKeyDamaged', facts: { account: company.name }, at: now } },
  } satisfies Record<string, Scene>;
}
