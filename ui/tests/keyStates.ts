// States of one key, of removing and of replacing, and the ways into them.

import type { Page } from 'playwright-core';
import { button, dialog, field } from './controls';
import type { State } from './states';

export const openKey = (page: Page, name = 'Wetterfrosch website') => button(page, name).click();

async function press(page: Page, name: string) {
  await openKey(page);
  await button(page, name).click();
}

export async function toRemove(page: Page) {
  await press(page, 'Remove…');
  await page.getByText('As Apple has it now').waitFor();
}

/** The last six characters of the ID that the dialog shows. */
export async function typeLastSix(page: Page) {
  const id = (await dialog(page).locator('dd.whole').first().textContent()) ?? '';
  await field(page, 'Type the last six characters of the distribution key ID').fill(id.trim().slice(-6));
}

export async function removeIt(page: Page) {
  await toRemove(page);
  await typeLastSix(page);
  await button(page, 'Remove key').click();
}

export const goOn = (page: Page) => button(page, 'Go on').click();

async function toToken(page: Page) {
  await press(page, 'Check a token from your server…');
  await button(page, 'Paste token').click();
}

async function toCheck(page: Page) {
  await press(page, 'Check a private key…');
  await button(page, 'Choose file…').click();
}

async function toConfirm(page: Page) {
  await press(page, 'Confirm…');
  await field(page, 'First five groups, as you hear them').waitFor();
}

export const keyStates: Record<string, State> = {
  'key, reading': { scene: 'readingKey', enter: (page) => openKey(page), shows: 'Reading it from Apple…' },
  'key, as Apple has it': { scene: 'keys', enter: (page) => openKey(page), shows: 'As Apple has it, read at' },
  'key, gone at Apple': { scene: 'keyGone', enter: (page) => openKey(page), shows: 'Apple has no such key any more' },
  'key, otherwise at Apple': { scene: 'keyOtherUse', enter: (page) => openKey(page), shows: 'Apple has it otherwise' },
  'key, not read': { scene: 'keyNotRead', enter: (page) => openKey(page), shows: 'You see the key as Latchkey last saw it' },
  'key, on this computer': { scene: 'keys', enter: (page) => openKey(page, 'Fahrgemeinschaft 2027'), shows: 'Save private key…' },
  'key, being named': { scene: 'keys', enter: (page) => press(page, 'Rename'), shows: 'Copy message for the engineer' },
  'key, name not saved': {
    scene: 'notDescribed',
    enter: async (page) => {
      await press(page, 'Rename');
      await field(page, 'Name').fill('Wetterfrosch: Website und Marktplatz, ab Frühjahr 2027, Schlüssel von Jonas');
      await page.keyboard.press('Enter');
    },
    shows: 'was not saved',
  },
  'key, confirm': { scene: 'keys', enter: toConfirm, shows: 'A key of' },
  'key, confirm, another fingerprint': {
    scene: 'keys',
    enter: async (page) => {
      await toConfirm(page);
      await field(page, 'First five groups, as you hear them').fill('0000 1111 2222 3333 4444');
      await field(page, 'Who read it to you').fill('Jonas Weidner');
      await button(page, 'Confirm').click();
    },
    shows: 'These are not the first five groups',
  },
  'key, check a private key': { scene: 'keys', enter: (page) => press(page, 'Check a private key…'), shows: 'has it sign something' },
  'key, its private key': { scene: 'checkIts', enter: toCheck, shows: 'This is its private key.' },
  'key, not its private key': { scene: 'checkAnothers', enter: toCheck, shows: 'No, this is not its private key.' },
  'key, a locked private key': { scene: 'checkLocked', enter: toCheck, shows: 'This file has a password' },
  'keys, news': { scene: 'news', shows: '1 key added, 1 gone, not from this computer.' },
  'keys, what to do about news': { scene: 'news', enter: (page) => button(page, 'What to do').click(), shows: 'Changed without this computer' },
  remove: { scene: 'keys', enter: toRemove, shows: 'What stops working' },
  'remove, of all apps': {
    scene: 'keys',
    enter: async (page) => {
      await openKey(page, 'Main marketplace key');
      await button(page, 'Remove…').click();
    },
    shows: 'marketplace tokens signed with it',
  },
  'remove, wrong characters': {
    scene: 'keys',
    enter: async (page) => {
      await toRemove(page);
      await field(page, 'Type the last six characters of the distribution key ID').fill('zzzzzz');
      await button(page, 'Remove key').click();
    },
    shows: 'These are not the last six characters',
  },
  'remove, changed at Apple': { scene: 'removeChanged', enter: (page) => press(page, 'Remove…'), shows: 'Show what Apple has' },
  'remove, sending': { scene: 'removeSending', enter: removeIt, shows: 'can’t be stopped' },
  'remove, refused': { scene: 'removeRefused', enter: removeIt, shows: 'The key is still registered' },
  'remove, done': { scene: 'keys', enter: removeIt, shows: 'no longer has it' },
  'remove, still shown': { scene: 'removeStillShown', enter: removeIt, shows: 'still has the key' },
  'remove, already gone': { scene: 'removedAlready', enter: removeIt, shows: 'was gone already' },
  'removal lost, looking': { scene: 'removeLost', enter: removeIt, shows: 'Still there as of' },
  'removal lost, removed': { scene: 'removeLostGone', enter: removeIt, shows: 'It is removed' },
  'removal lost, not removed': { scene: 'removeLostStays', enter: removeIt, shows: 'It was not removed' },
  'removal lost, from the last time': { scene: 'pendingRemoval', shows: 'was closed before' },
  'replace, why': { scene: 'keys', enter: (page) => press(page, 'Replace…'), shows: 'Why is this key replaced?' },
  'replace, waits': { scene: 'replaceHandOver', shows: 'Being replaced: 2 of 4' },
  'replace, elsewhere, too': { scene: 'replaceElsewhere', shows: '2 replacements wait' },
  'replace, add the new': { scene: 'replaceAdd', enter: goOn, shows: 'First, add the new key' },
  'replace, hand over': { scene: 'replaceHandOver', enter: goOn, shows: 'A message for your engineer' },
  'replace, switch': { scene: 'replaceSwitch', enter: goOn, shows: 'Has your server switched' },
  'replace, remove the old': { scene: 'replaceRemove', enter: goOn, shows: 'Last, remove the old key' },
  'replace, done': {
    scene: 'replaceRemove',
    enter: async (page) => {
      await goOn(page);
      await button(page, 'Remove the old key…').click();
      await page.getByText('As Apple has it now').waitFor();
      await typeLastSix(page);
      await button(page, 'Remove key').click();
    },
    shows: 'is replaced.',
  },
  'replace, in an emergency': { scene: 'replaceEmergency', enter: goOn, shows: 'Remove the old key now.' },
  'replace, in an emergency, add': { scene: 'replaceEmergencyAdd', enter: goOn, shows: 'The old key is removed. Add the new one next.' },
  'replace, with a lost answer': { scene: 'replacePending', enter: goOn, shows: 'The answer about removing the old key got lost' },
  'replace, stop': { scene: 'replaceSwitch', enter: (page) => button(page, 'Stop…').click(), shows: 'What stays registered' },
  'token, of the new key': {
    scene: 'replaceSwitch',
    enter: async (page) => {
      await goOn(page);
      await button(page, 'Check a token from your server…').click();
      await button(page, 'Paste token').click();
    },
    shows: 'Your server signs with the new key',
  },
  'token, still of the old key': {
    scene: 'replaceSwitchOld',
    enter: async (page) => {
      await goOn(page);
      await button(page, 'Check a token from your server…').click();
      await button(page, 'Paste token').click();
    },
    shows: 'Keep the old key',
  },
  'token, not pasted yet': { scene: 'keys', enter: (page) => press(page, 'Check a token from your server…'), shows: 'Paste token' },
  'token, odd': { scene: 'tokenOdd', enter: toToken, shows: 'What is odd about it' },
  'token, of a marketplace': { scene: 'tokenMarketplace', enter: toToken, shows: 'Developer ID' },
  'token, a secret': { scene: 'tokenSecret', enter: toToken, shows: 'This is a secret' },
  'token, none': { scene: 'tokenNone', enter: toToken, shows: 'is no token' },
};
