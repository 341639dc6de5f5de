// Every state of the window that there is to look at, and the way into it.

import type { Page } from 'playwright-core';
import type { SceneName } from '../src/fake/scenes';
import { connectionStates } from './connectionStates';
import { places } from './placeStates';
import { everythingStates } from './everythingStates';
import { fileStates } from './fileStates';
import { button, dialog, field, tooWide } from './controls';
import { keyStates } from './keyStates';

export interface State {
  readonly scene: SceneName;
  readonly enter?: (page: Page) => Promise<unknown>;
  /** What is there once the state is reached. */
  readonly shows: string;
}

export { button, dialog, field, tooWide };

const add = async (page: Page) => button(page, 'Add key').first().click();

export async function chooseKey(page: Page) {
  await add(page);
  await button(page, 'Choose key file…').click();
}

export async function toUseFor(page: Page) {
  await chooseKey(page);
  await button(page, 'Continue without confirming').click();
  await page.getByRole('listbox').waitFor();
}

export async function toCheck(page: Page) {
  await toUseFor(page);
  await page.getByRole('combobox', { name: 'Search' }).fill('papier');
  await page.getByRole('option').first().click();
  await button(page, 'Next').click();
}

export async function toDone(page: Page) {
  await toCheck(page);
  await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
}

const connect = (page: Page) => button(page, 'Connect your App Store Connect account').click();

export async function fillConnect(page: Page) {
  await connect(page);
  await button(page, 'Choose API key file…').click();
  await field(page, 'Issuer ID').fill('57c1e6de-0a4b-4f19-b2c7-6d0f83aa5e12');
  await field(page, 'Account name').fill('Lindqvist & Haas');
}

export async function toConnected(page: Page) {
  await fillConnect(page);
  await button(page, 'Connect').click();
}

const openMenu = (page: Page) => page.getByRole('button', { name: 'Account:' }).click();

async function toVoice(page: Page) {
  await chooseKey(page);
  await field(page, 'First five groups, as you hear them').fill('0000 1111 2222 3333 4444');
  await field(page, 'Who read it to you').fill('Jonas Weidner');
  await button(page, 'Next').click();
}

export const states: Record<string, State> = {
  'first start': { scene: 'fresh', shows: 'Welcome to Latchkey' },
  'first start, what one needs': { scene: 'fresh', enter: (page) => page.getByText('Don’t have it?').first().click(), shows: 'Copy a message' },
  'first start, sample only': { scene: 'sampleOnly', shows: 'for the sample account alone' },
  'not started': { scene: 'notStarted', shows: 'own files' },
  connect: { scene: 'fresh', enter: connect, shows: 'Choose API key file…' },
  'connect, individual key': {
    scene: 'fresh',
    enter: async (page) => {
      await connect(page);
      await page.getByLabel('Individual key').check();
    },
    shows: 'Individual API Key',
  },
  'connect, odd entries': { scene: 'badForm', enter: toConnected, shows: 'It is right, connect with it' },
  'connect, refused': { scene: 'notAccepted', enter: toConnected, shows: '11 minutes fast' },
  'connect, keychain waits': { scene: 'keychain', enter: connect, shows: 'Waiting for your keychain' },
  'the right company?': { scene: 'fresh', enter: toConnected, shows: 'Is that the right company?' },
  keys: { scene: 'keys', shows: 'Main marketplace key' },
  'keys, searching': { scene: 'searching', shows: 'Checked 41 of 63 apps' },
  'keys, waiting': { scene: 'limit', shows: 'Goes on by itself at' },
  'keys, asking': { scene: 'asking', shows: 'Asking Apple' },
  'keys, none': { scene: 'empty', shows: 'No alternative distribution keys yet' },
  'keys, partly read': { scene: 'partly', shows: 'didn’t arrive in time' },
  'keys, nothing found': { scene: 'keys', enter: (page) => page.getByLabel('Search').fill('zzz'), shows: 'No key matches' },
  'keys, refused': { scene: 'refused', enter: (page) => page.getByText('Details for support').click(), shows: 'NOT_AUTHORIZED' },
  'keys, offline': { scene: 'offline', shows: 'was not found' },
  'keys, sample account': { scene: 'sample', shows: 'Sample: nothing here reaches Apple' },
  'keys, another host': { scene: 'host', shows: 'not to Apple' },
  'keys, one open': { scene: 'keys', enter: (page) => button(page, 'Wetterfrosch website').click(), shows: 'BEGIN PUBLIC KEY' },
  'keys, an unreadable one open': { scene: 'keys', enter: (page) => page.getByRole('row', { name: /can’t be read/ }).getByRole('button').click(), shows: 'is none' },
  'account menu': { scene: 'keys', enter: openMenu, shows: 'Connect another account…' },
  disconnect: {
    scene: 'keys',
    enter: async (page) => {
      await openMenu(page);
      await page.getByRole('menuitem', { name: 'Disconnect…' }).click();
    },
    shows: 'Revoke it at Apple…',
  },
  'add, no key yet': { scene: 'keys', enter: add, shows: 'Which alternative distribution key should Apple get?' },
  'add, a wrong file': { scene: 'wrongFile', enter: chooseKey, shows: 'RSA' },
  'add, a public key': { scene: 'keys', enter: chooseKey, shows: 'Confirm it by voice' },
  'add, another fingerprint': { scene: 'keys', enter: toVoice, shows: 'These are not the first five groups' },
  'add, a private key': { scene: 'privateFile', enter: chooseKey, shows: 'It never left this computer' },
  'add, named like an API key': { scene: 'likeApiKey', enter: chooseKey, shows: 'probably an API key' },
  'add, use for one app': { scene: 'keys', enter: toUseFor, shows: 'Only the key for all apps' },
  'add, use for all apps': {
    scene: 'keys',
    enter: async (page) => {
      await toUseFor(page);
      await page.getByLabel('All apps').check();
    },
    shows: 'any other key',
  },
  'add, check': { scene: 'stays', enter: toCheck, shows: 'which stays' },
  'add, sending': { scene: 'sending', enter: toDone, shows: 'can’t be stopped' },
  'add, refused': { scene: 'conflict', enter: toDone, shows: 'doesn’t take it as it is' },
  'add, already there': { scene: 'already', enter: toCheck, shows: 'nothing to do' },
  'add, done': { scene: 'keys', enter: toDone, shows: 'Read back from Apple' },
  'add, not shown yet': { scene: 'notShown', enter: toDone, shows: 'doesn’t show it' },
  'lost, looking': { scene: 'lost', enter: toDone, shows: 'looking again' },
  'lost, arrived': { scene: 'lostArrived', enter: toDone, shows: 'It arrived' },
  'lost, did not arrive': { scene: 'lostGone', enter: toDone, shows: 'It did not arrive' },
  'lost, from the last time': { scene: 'pending', shows: 'was closed before' },
  ...fileStates,
  ...keyStates,
  ...places,
  ...connectionStates,
  ...everythingStates,
};
