// The way to Apple in every state: the proxy, who reads along, what is left of the requests, and its diagnosis.

import type { Page } from 'playwright-core';
import type { SceneName } from '../src/fake/scenes';
import { button, dialog, field } from './controls';
import { go } from './placeStates';
import type { State } from './states';

const toSettings = (page: Page) => go(page, 'Settings');

const toConnection = async (page: Page) => {
  await toSettings(page);
  await button(page, 'Diagnose connection').scrollIntoViewIfNeeded();
};

const useProxy = (address: string) => async (page: Page) => {
  await toConnection(page);
  await field(page, 'Proxy').fill(address);
  await page.keyboard.press('Enter');
};

export const toDiagnosis = async (page: Page) => {
  await toSettings(page);
  await page.getByRole('main').getByRole('button', { name: 'Diagnose connection', exact: true }).click();
};

/** Over the problem in Keys. */
export const diagnoseProblem = async (page: Page) => {
  await page.getByRole('alert').getByRole('button', { name: 'Diagnose connection' }).click();
  await dialog(page).waitFor();
};

export const toReport = async (page: Page) => {
  await toDiagnosis(page);
  await button(page, 'Show report…').click();
};

const diagnosed = (scene: SceneName, shows: string): State => ({ scene, enter: toDiagnosis, shows });

export const connectionStates: Record<string, State> = {
  'connection, directly': { scene: 'keys', enter: toConnection, shows: 'Requests go to Apple directly' },
  'connection, the system’s proxy': { scene: 'systemProxy', enter: toConnection, shows: 'as this computer is set' },
  'connection, an own proxy': { scene: 'ownProxy', enter: toConnection, shows: 'as set here' },
  'connection, an address that is none': { scene: 'keys', enter: useProxy('proxy'), shows: 'This is no address of a proxy' },
  'connection, a proxy with a login': { scene: 'keys', enter: useProxy('me:secret@proxy.example.com:8080'), shows: 'can’t sign in to a proxy' },
  'connection, a proxy that is not saved': { scene: 'proxyNotSaved', enter: useProxy('proxy.example.com:8080'), shows: 'go the way they went before' },
  'settings, requests left': { scene: 'keys', enter: toSettings, shows: '3,412 of 3,600, as of' },
  'settings, few requests left': { scene: 'littleLeft', enter: toSettings, shows: 'Latchkey reads slowly' },
  'keys, going slowly': { scene: 'littleLeft', shows: 'Little is left of this hour’s requests (340 of 3,600)' },
  'apps, going slowly': {
    scene: 'littleLeft',
    enter: async (page) => {
      await go(page, 'Apps');
      await page.locator('footer:visible').getByText('so it goes slowly').waitFor();
    },
    shows: 'only in the App Store need none',
  },
  'keys, read by a company': { scene: 'readBy', shows: 'your company can read it, including the sign-in token' },
  'keys, Apple waits': { scene: 'appleWaits', shows: 'Apple’s limit is reached. It goes on at' },
  'add, Apple waits': { scene: 'appleWaits', enter: (page) => button(page, 'Add key').first().click(), shows: 'Apple’s limit is reached. It goes on at' },
  'diagnosis, all in order': diagnosed('keys', 'Everything works'),
  'diagnosis, going on': diagnosed('diagnoseGoing', 'Checked 5 of 11…'),
  'diagnosis, stopped': {
    scene: 'diagnoseGoing',
    enter: async (page) => {
      await toDiagnosis(page);
      await page.getByText('Checked 5 of 11…').waitFor();
      await button(page, 'Stop').click();
    },
    shows: 'Stopped before the end',
  },
  'diagnosis, a wrong clock': diagnosed('diagnoseClock', 'because this computer’s clock is wrong'),
  'diagnosis, a company reads along': diagnosed('readBy', 'but your company can read the connection'),
  'diagnosis, a stranger’s certificate': diagnosed('diagnoseStranger', 'FreeAirportWifi Root'),
  'diagnosis, offline': diagnosed('diagnoseOffline', 'can’t be found from here'),
  'diagnosis, a hotel’s network': diagnosed('diagnoseCaptive', 'with status 302'),
  'diagnosis, an agreement': diagnosed('diagnoseAgreements', 'Copy a message to the Account Holder'),
  'diagnosis, a locked keychain': diagnosed('diagnoseKeychain', 'The keychain stayed locked'),
  'diagnosis, the sample account': diagnosed('diagnoseSample', 'this server is on this computer'),
  'diagnosis, three things to know': diagnosed('diagnoseOdd', 'with 3 things to know'),
  'diagnosis, details for support': {
    scene: 'diagnoseOffline',
    enter: async (page) => {
      await toDiagnosis(page);
      await page.getByText('Details for support').click();
    },
    shows: 'failed to lookup address',
  },
  'diagnosis, its report': { scene: 'diagnoseClock', enter: toReport, shows: 'This is all that is copied' },
  'diagnosis of a problem': { scene: 'untrusted', enter: diagnoseProblem, shows: 'no sign-in token was sent' },
  'diagnosis without an account': {
    scene: 'connectOffline',
    enter: async (page) => {
      await button(page, 'Connect your App Store Connect account').click();
      await button(page, 'Choose API key file…').click();
      await field(page, 'Issuer ID').fill('57c1e6de-0a4b-4f19-b2c7-6d0f83aa5e12');
      await field(page, 'Account name').fill('Lindqvist & Haas');
      await button(page, 'Connect').click();
      await diagnoseProblem(page);
    },
    shows: 'The way to Apple, without an account',
  },
  'keys, a stranger’s certificate': { scene: 'untrusted', shows: 'whom this computer doesn’t trust' },
};
