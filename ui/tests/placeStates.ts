// The places beside Keys, in every state.

import type { Page } from 'playwright-core';
import type { State } from './states';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

export const go = (page: Page, place: 'Keys' | 'Apps' | 'Activity' | 'Settings') => page.getByRole('link', { name: place, exact: true }).click();

const toApps = (page: Page) => go(page, 'Apps');
export const toActivity = (page: Page) => go(page, 'Activity');
export const toSettings = (page: Page) => go(page, 'Settings');

export async function tryNewApiKey(page: Page) {
  await toSettings(page);
  await button(page, 'Use a new API key…').first().click();
  await button(page, 'Choose API key file…').click();
  await page.getByText('AuthKey_K7M2Q9XW4D.p8').waitFor();
  await button(page, 'Try it').click();
}

async function useNewApiKey(page: Page) {
  await tryNewApiKey(page);
  await button(page, 'Use this API key').click();
}

const inSettings = (name: string) => async (page: Page) => {
  await toSettings(page);
  await button(page, name).first().click();
};

export const places: Record<string, State> = {
  apps: { scene: 'keys', enter: toApps, shows: 'only in the App Store need none' },
  'apps, searching': { scene: 'searching', enter: toApps, shows: 'only in the App Store need none' },
  'apps, asking': { scene: 'asking', enter: toApps, shows: 'Asking Apple for the apps' },
  'apps, none': { scene: 'noApps', enter: toApps, shows: 'This API key sees no apps' },
  'apps, offline': {
    scene: 'offline',
    enter: async (page) => {
      await toApps(page);
      await page.getByRole('alert').getByText('was not found').waitFor();
    },
    shows: 'Apps',
  },
  'apps, nothing found': {
    scene: 'keys',
    enter: async (page) => {
      await toApps(page);
      await page.getByRole('searchbox').fill('zzz');
    },
    shows: 'No app matches',
  },
  'apps, those that could not be read': {
    scene: 'keys',
    enter: async (page) => {
      await toApps(page);
      await page.getByRole('combobox').selectOption('Could not be read (1)');
    },
    shows: '1 of 12 apps',
  },
  activity: { scene: 'keys', enter: toActivity, shows: 'Changed to a new API key' },
  'activity, all accounts, one open': {
    scene: 'keys',
    enter: async (page) => {
      await toActivity(page);
      await page.getByRole('combobox').selectOption('All accounts');
      await page.getByText('17 entries').waitFor();
      await button(page, 'Details').nth(4).click();
    },
    shows: 'FORBIDDEN_ERROR',
  },
  'activity, none': { scene: 'activityEmpty', enter: toActivity, shows: 'Nothing has been changed yet' },
  'activity, more of it': { scene: 'activityMany', enter: toActivity, shows: 'Show older entries' },
  'activity, not read': { scene: 'activityProblem', enter: toActivity, shows: 'own files' },
  'activity, nothing found': {
    scene: 'keys',
    enter: async (page) => {
      await toActivity(page);
      await page.getByRole('searchbox').fill('zzz');
    },
    shows: 'No entry matches',
  },
  'activity, export': {
    scene: 'keys',
    enter: async (page) => {
      await toActivity(page);
      await button(page, 'Export…').click();
    },
    shows: 'For a spreadsheet',
  },
  settings: { scene: 'keys', enter: toSettings, shows: 'Not checked since' },
  'settings, sample account': { scene: 'sample', enter: toSettings, shows: 'Practice data: nothing here' },
  'settings, a name that is taken': {
    scene: 'nameTaken',
    enter: async (page) => {
      await inSettings('Rename')(page);
      await page.keyboard.type('カガミワークス');
      await page.keyboard.press('Enter');
    },
    shows: 'Another account has this name',
  },
  'settings, checked': { scene: 'keys', enter: inSettings('Check'), shows: 'it sees 12 apps and 8 keys' },
  'settings, check refused': { scene: 'checkRefused', enter: inSettings('Check'), shows: 'Could not be checked' },
  'new API key': { scene: 'keys', enter: inSettings('Use a new API key…'), shows: 'API key ID now' },
  'new API key, what it sees': { scene: 'keys', enter: tryNewApiKey, shows: 'It sees all 8 keys' },
  'new API key, fewer keys': { scene: 'lesserApiKey', enter: tryNewApiKey, shows: 'It sees 6 of the 8 keys' },
  'new API key, of another company': { scene: 'otherApiKey', enter: tryNewApiKey, shows: 'It sees none of the 8 keys' },
  'new API key, refused': { scene: 'newApiKeyRefused', enter: tryNewApiKey, shows: 'doesn’t accept this API key' },
  'new API key, not stored': { scene: 'newApiKeyNotStored', enter: useNewApiKey, shows: 'The keychain stayed locked' },
  'new API key, used': { scene: 'keys', enter: useNewApiKey, shows: 'uses the new API key from now on' },
  'all accounts, searched': {
    scene: 'keys',
    enter: async (page) => {
      await toSettings(page);
      await page.getByRole('searchbox').fill('電車');
    },
    shows: '電車パズル 開発用',
  },
  'all accounts, looked at': { scene: 'keys', enter: inSettings('Look for changes in all accounts'), shows: '1 key added, 1 gone' },
  'all accounts, being looked at': { scene: 'everywhereGoing', enter: inSettings('Look for changes in all accounts'), shows: 'Looked at 1 of 2 accounts' },
  'a copy, saved': { scene: 'keys', enter: inSettings('Save a copy of names and history…'), shows: 'in Documents' },
  'a copy to bring in': { scene: 'keys', enter: inSettings('Bring in a copy…'), shows: '148 entries of Activity' },
  'a copy with nothing new': { scene: 'oldCopy', enter: inSettings('Bring in a copy…'), shows: 'There is nothing to bring in' },
  'a file that is no copy': { scene: 'notACopy', enter: inSettings('Bring in a copy…'), shows: 'is no copy of names and history' },
};
