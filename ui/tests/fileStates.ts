// Files with a password, pairs made here, and files that arrive.

import type { Page } from 'playwright-core';
import { everyKind } from '../src/fake/files';
import type { State } from './states';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const addKey = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Add key', exact: true }).click();

async function toDone(page: Page) {
  await button(page, 'Add key').first().click();
  await button(page, 'Choose key file…').click();
  await button(page, 'Continue without confirming').click();
  await page.getByLabel('All apps').check();
  await button(page, 'Next').click();
  await addKey(page);
}

async function chooseKey(page: Page) {
  await button(page, 'Add key').first().click();
  await button(page, 'Choose key file…').click();
}

export async function typePassword(page: Page, password: string) {
  await page.getByLabel('Password of the file').fill(password);
  await button(page, 'Unlock').click();
}

export async function makePair(page: Page) {
  await button(page, 'Add key').first().click();
  await button(page, 'Create a new pair').click();
  await button(page, 'Copy password').waitFor();
}

export async function savePair(page: Page) {
  await makePair(page);
  await button(page, 'Save private key…').click();
}

export async function toCheckPair(page: Page) {
  await savePair(page);
  await button(page, 'Copy password').click();
  await button(page, 'Next').click();
  await page.getByLabel('All apps').check();
  await button(page, 'Next').click();
}

/** The second step for the new key of a replacement. */
async function addNew(page: Page) {
  await button(page, 'Go on').first().click();
  await page.getByRole('dialog').getByRole('button', { name: /^Add the new key/ }).click();
  await button(page, 'Choose key file…').click();
  await button(page, 'Continue without confirming').click();
}

/** The private key of a key that is in the keychain. */
async function saveKept(page: Page) {
  await button(page, 'Fahrgemeinschaft 2027').click();
  await button(page, 'Save private key…').click();
}

/** Drops files on the window. */
export const arrive = (page: Page, names: readonly string[]) => page.evaluate((names) => window.fake.files.arrive(names), names);

/** The key has become another one since the file was compared with it. */
export async function checkRefuted(page: Page) {
  await arrive(page, ['wetterfrosch_private.pem']);
  await button(page, 'Check…').waitFor();
  await page.evaluate(() => void (window.fake.checkPrivateKey = async () => ({ is: 'another', fingerprint: '0'.repeat(64), keys: [] })));
  await button(page, 'Check…').click();
}

export const fileStates: Record<string, State> = {
  'add, a file with a password': { scene: 'lockedFile', enter: chooseKey, shows: 'This file has a password' },
  'add, a wrong password': {
    scene: 'lockedFile',
    enter: async (page) => {
      await chooseKey(page);
      await typePassword(page, 'wrong');
    },
    shows: 'That is not its password',
  },
  'add, opening a file': {
    scene: 'slowFile',
    enter: async (page) => {
      await chooseKey(page);
      await typePassword(page, 'open sesame');
    },
    shows: 'Opening…',
  },
  'add, a file that asks for absurd work': {
    scene: 'absurdFile',
    enter: async (page) => {
      await chooseKey(page);
      await typePassword(page, 'open sesame');
    },
    shows: 'far too much work',
  },
  'add, a new pair': { scene: 'keys', enter: makePair, shows: 'Protect the file with a password' },
  'add, a new pair, its password shown': {
    scene: 'keys',
    enter: async (page) => {
      await makePair(page);
      await button(page, 'Show password').click();
    },
    shows: 'hfq7w-mzk4t',
  },
  'add, a new pair without password': {
    scene: 'keys',
    enter: async (page) => {
      await makePair(page);
      await page.getByLabel('Protect the file with a password').uncheck();
    },
    shows: 'Without a password',
  },
  'add, a new pair in an odd place': { scene: 'oddPlace', enter: savePair, shows: 'copied to other computers by' },
  'add, a new pair not saved': { scene: 'notSaved', enter: savePair, shows: 'That disk is full' },
  'add, a new pair saved': { scene: 'keys', enter: savePair, shows: 'Note the password now' },
  'add, a new pair not kept': {
    scene: 'notKept',
    enter: async (page) => {
      await makePair(page);
      await page.getByLabel('Also keep it in this computer’s keychain').check();
      await button(page, 'Save private key…').click();
    },
    shows: 'The keychain did not take the private key',
  },
  'add, closing without the password': {
    scene: 'keys',
    enter: async (page) => {
      await savePair(page);
      await button(page, 'Cancel').click();
    },
    shows: 'Close without the password?',
  },
  'add, a new pair, check': { scene: 'keys', enter: toCheckPair, shows: 'Private key saved as' },
  'add, a new pair, failed': {
    scene: 'pairThenOffline',
    enter: async (page) => {
      await toCheckPair(page);
      await addKey(page);
    },
    shows: 'you can go on with it',
  },
  'add, a new pair, done': {
    scene: 'keys',
    enter: async (page) => {
      await toCheckPair(page);
      await addKey(page);
    },
    shows: 'The private key is saved as',
  },
  'add, no second key': { scene: 'secondKey', enter: toDone, shows: 'Apple takes no second key here' },
  'add, for a replacement': { scene: 'replaceAdd', enter: addNew, shows: 'like the key it replaces' },
  'add, no second key for a replacement': {
    scene: 'secondNewKey',
    enter: async (page) => {
      await addNew(page);
      await button(page, 'Next').click();
      await addKey(page);
    },
    shows: 'Remove the old key first',
  },
  'key, saving its private key': { scene: 'keys', enter: saveKept, shows: 'lies in this computer’s keychain' },
  'key, its private key saved': {
    scene: 'keys',
    enter: async (page) => {
      await saveKept(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Save private key…' }).click();
    },
    shows: 'Note the password now',
  },
  'files, one of every kind': { scene: 'keys', enter: (page) => arrive(page, everyKind), shows: 'What these 10 files are' },
  'files, compared with all accounts': {
    scene: 'keys',
    enter: async (page) => {
      await arrive(page, ['papierkram_public.pem', 'wetterfrosch_private.pem']);
      await page.getByLabel('Compare with all accounts').check();
    },
    shows: '電車パズル 本番用',
  },
  'files, one that was proved': {
    scene: 'keys',
    enter: async (page) => {
      await arrive(page, ['wetterfrosch_private.pem']);
      await button(page, 'Check…').click();
    },
    shows: 'a signature made with it was right',
  },
  'files, one that does not fit': { scene: 'keys', enter: checkRefuted, shows: 'No, this is not its private key.' },
  'files, unlocking one': {
    scene: 'keys',
    enter: async (page) => {
      await arrive(page, ['papierkram_locked.pem', 'gone.pem']);
      await button(page, 'Unlock').click();
    },
    shows: 'Password of the file',
  },
  'files, without an account': { scene: 'fresh', enter: (page) => arrive(page, ['AuthKey_7WJ3QN8XKD.p8', 'papierkram_public.pem', 'papierkram_private.pem']), shows: 'Connect an account first' },
  'files, dragged over': {
    scene: 'keys',
    enter: (page) => page.evaluate(() => window.fake.happen({ is: 'dragOver', over: true })),
    shows: 'Drop it here',
  },
  'connect, a file with a password': {
    scene: 'lockedApiKey',
    enter: async (page) => {
      await button(page, 'Connect your App Store Connect account').click();
      await button(page, 'Choose API key file…').click();
    },
    shows: 'This file has a password',
  },
};
