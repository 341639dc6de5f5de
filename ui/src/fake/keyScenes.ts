// States of one key, of removing and of replacing.

import type { KeyRow } from '../bindings/KeyRow';
import type { Problem } from '../bindings/Problem';
import { key, keys, now, person } from './data';
import { pendingRemoval } from './removing';
import { withNew, work } from './replacing';
import type { Scene } from './scenes';
import { apiToken, marketplaceToken, oddToken, oldToken } from './tokens';

const day = 86_400_000;
const slow: Problem = { code: 'noAnswer', facts: { how: 'timeout', detail: 'no answer for 30 s', signer: null }, at: now };
const secondKey: Problem = {
  code: 'secondKey',
  facts: { has: [{ id: (keys[0] as KeyRow).id, name: 'Fahrgemeinschaft 2026', usedFor: (keys[0] as KeyRow).usedFor }] },
  at: now,
};
const handedOver = { ...withNew(), handedOver: now - 8 * day };
const switched = { ...handedOver, switched: { is: 'byToken' as const, at: now - day } };

export const keyScenes = (plain: Scene) =>
  ({
    readingKey: { ...plain, fresh: 'never' },
    keyGone: { ...plain, fresh: 'gone' },
    keyOtherUse: { ...plain, fresh: 'otherUse' },
    keyNotRead: { ...plain, fresh: slow },
    notDescribed: { ...plain, describeProblem: { code: 'records', facts: { detail: 'disk I/O error' }, at: now } },
    checkIts: { ...plain, keyFiles: [{ name: 'wetterfrosch_private.pem', holds: 'privateKey' }] },
    checkAnothers: { ...plain, keyFiles: [{ name: 'papierkram_private.pem', holds: 'privateKey' }] },
    checkLocked: { ...plain, keyFiles: [{ name: 'wetterfrosch_private.pem', locked: 'quickly' }] },
    news: {
      ...plain,
      news: [
        { kind: 'came', key: plain.keys[6] as KeyRow, at: now - day },
        { kind: 'went', key: key(60, { name: 'Sternwarte 2024', usedFor: { is: 'allApps' } }), at: now - 3_600_000 },
      ],
    },
    removeChanged: { ...plain, removable: [{ code: 'keyChanged', at: now }, 'yes'], fresh: 'otherUse' },
    removeGone: { ...plain, removable: [{ code: 'keyGone', at: now }], fresh: 'gone' },
    removeSending: { ...plain, removed: 'never' },
    removeStillShown: { ...plain, removed: 'stillShown' },
    removedAlready: { ...plain, removed: 'alreadyGone' },
    removeRefused: { ...plain, removed: { code: 'roleTooLow', at: now } },
    removeLost: { ...plain, removed: 'unknown' },
    removeLostGone: { ...plain, removed: 'unknown', looks: ['notThere', 'gone'] },
    removeLostStays: { ...plain, removed: 'unknown', looks: ['notThere', 'notArrived'] },
    pendingRemoval: { ...plain, pending: [pendingRemoval()] },
    replaceAdd: { ...plain, works: [work()] },
    replaceHandOver: { ...plain, works: [work(withNew())] },
    replaceSwitch: { ...plain, works: [work(handedOver)] },
    replaceSwitchOld: { ...plain, works: [work(handedOver)], token: oldToken },
    replaceRemove: { ...plain, works: [work(switched)] },
    replaceSecondKey: { ...plain, works: [work()], added: secondKey },
    replaceEmergency: { ...plain, works: [work({ kind: 'emergency' })] },
    replaceEmergencyAdd: { ...plain, works: [work({ kind: 'emergency', oldRemoved: now - 3_600_000 })] },
    replaceElsewhere: { ...plain, works: [work(), work({ id: 'work-2', account: person }), work({ id: 'work-3', account: person })] },
    replacePending: { ...plain, works: [work({ ...switched, pending: pendingRemoval(keys[0]) })] },
    tokenOdd: { ...plain, token: oddToken },
    tokenMarketplace: { ...plain, token: marketplaceToken },
    tokenSecret: { ...plain, token: apiToken },
    tokenNone: { ...plain, token: { code: 'notAToken', at: now } },
  }) satisfies Record<string, Scene>;
