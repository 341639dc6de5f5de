// Removing everything, records that were set aside, and what this computer can refuse, in every state.

import type { Page } from 'playwright-core';
import { button, dialog } from './controls';
import { toActivity, toSettings } from './placeStates';
import type { State } from './states';

export async function openEverything(page: Page) {
  await toSettings(page);
  await button(page, 'Remove everything Latchkey stored here…').click();
}

export async function saveFirstKey(page: Page) {
  await button(page, 'Save…').first().click();
  await button(page, 'Save private key…').click();
  await button(page, 'Copy password').click();
  await button(page, 'Done').click();
}

export async function toPrivateKeys(page: Page) {
  await openEverything(page);
  await button(page, 'Next').click();
}

export async function settleAll(page: Page) {
  await toPrivateKeys(page);
  await saveFirstKey(page);
  await page.getByLabel(/Give up Unnamed key \w{4}… for Wetterfrosch: Regen & Unwetter:/).check();
  await page.getByLabel(/Give up Unnamed key \w{4}…:/).check();
}

export async function toLastLook(page: Page) {
  await settleAll(page);
  await button(page, 'Next').click();
}

export async function removeAll(page: Page) {
  await toLastLook(page);
  await button(page, 'Remove everything').click();
}

export const everythingStates: Record<string, State> = {
  everything: { scene: 'keys', enter: openEverything, shows: '148 entries of Activity' },
  'everything, private keys': { scene: 'keys', enter: toPrivateKeys, shows: '3 private keys are neither saved nor given up' },
  'everything, little of it': { scene: 'littleHere', enter: openEverything, shows: 'Removed from this computer' },
  'everything, much at stake': { scene: 'muchHere', enter: openEverything, shows: '2 changes were sent to Apple' },
  'everything, not listed': { scene: 'notListed', enter: openEverything, shows: 'disk is full' },
  'everything, a private key being saved': {
    scene: 'keys',
    enter: async (page) => {
      await toPrivateKeys(page);
      await button(page, 'Save…').first().click();
    },
    shows: 'until everything is removed',
  },
  'everything, all settled': { scene: 'keys', enter: settleAll, shows: 'Save again…' },
  'everything, copy saved': {
    scene: 'keys',
    enter: async (page) => {
      await openEverything(page);
      await dialog(page).getByRole('button', { name: 'Save a copy of names and history…' }).click();
    },
    shows: 'Saved as',
  },
  'everything, last look': { scene: 'muchHere', enter: toLastLook, shows: 'can’t be undone' },
  'everything, being removed': { scene: 'removingAll', enter: removeAll, shows: 'Emptying the keychain' },
  'everything, changed meanwhile': { scene: 'changedMeanwhile', enter: removeAll, shows: 'Something came' },
  'everything, not begun': { scene: 'nothingRemoved', enter: removeAll, shows: 'disk is full' },
  'everything, removed partly': { scene: 'removedPartly', enter: removeAll, shows: 'Go on removing' },
  'everything, removed': { scene: 'keys', enter: removeAll, shows: 'Everything Latchkey stored here was removed' },
  'records set aside': { scene: 'setAside', shows: 'Latchkey’s own files were damaged' },
  'records set aside, no account left': { scene: 'setAsideAll', shows: 'Latchkey’s own files were damaged' },
  'not started, disk full': { scene: 'diskFull', shows: 'disk is full' },
  'not started, disk read-only': { scene: 'readOnly', shows: 'may not write' },
  'not started, removing': { scene: 'stillRemoving', shows: 'was told to remove everything' },
  'not started, open already': { scene: 'alreadyOpen', shows: 'open already' },
  'activity, records damaged': { scene: 'damaged', enter: toActivity, shows: 'turned out to be damaged' },
  'keys, API key of a newer Latchkey': { scene: 'apiKeyNewer', shows: 'A newer Latchkey stored' },
  'keys, API key damaged': { scene: 'apiKeyDamaged', shows: 'is no API key any more' },
};
