// The window's places in a browser: going from one to another, Apps, Activity and Settings.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { go, places, toActivity, toSettings, tryNewApiKey } from './placeStates';
import { button, dialog, field, tooWide, type State } from './states';

describe.skipIf(chromiumPath === undefined)('the places', () => {
  let browsing: Browsing;
  let page: Page;

  beforeAll(async () => void (browsing = await Browsing.start()));
  afterAll(() => browsing.stop());
  afterEach(async () => {
    expect(await page.evaluate(() => window.refused), 'refused by the content security policy').toEqual([]);
  });

  async function open(scene: SceneName, look?: Look): Promise<Page> {
    page = await browsing.open(scene, look);
    return page;
  }

  const focused = () => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent?.trim()}`);
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });

  test('are links that say where one is, and the heading takes the focus', async () => {
    await open('keys');
    for (const place of ['Apps', 'Activity', 'Settings', 'Keys'] as const) {
      await go(page, place);
      await heading(place).waitFor();
      expect(await page.getByRole('link', { name: place, exact: true }).getAttribute('aria-current')).toBe('page');
      expect(await page.locator('nav [aria-current]').count()).toBe(1);
      await expect.poll(focused).toBe(`H1 ${place}`);
    }
  });

  test('are gone to with the keyboard', async () => {
    await open('keys');
    await page.getByRole('link', { name: 'Activity', exact: true }).focus();
    await page.keyboard.press('Enter');
    await heading('Activity').waitFor();
  });

  test('stay as they were left', async () => {
    await open('keys');
    await page.getByRole('searchbox').fill('wetter');
    await go(page, 'Apps');
    await page.getByRole('searchbox').fill('papier');
    await go(page, 'Activity');
    await go(page, 'Keys');
    expect(await page.getByRole('searchbox').inputValue()).toBe('wetter');
    await go(page, 'Apps');
    expect(await page.getByRole('searchbox').inputValue()).toBe('papier');
    await page.getByText('1 of 12 apps · as of').waitFor();
  });

  test('search where one is', async () => {
    await open('keys');
    await go(page, 'Apps');
    await page.getByText('12 apps · as of').waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('ledger');
    await page.getByText('1 of 12 apps · as of').waitFor();
    await go(page, 'Keys');
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  test('keep the account switcher above them, and stay when the account changes', async () => {
    await open('keys');
    await go(page, 'Apps');
    await page.getByRole('button', { name: 'Account:' }).click();
    await page.getByRole('menuitemradio', { name: /カガミワークス/ }).click();
    await page.getByRole('button', { name: 'Account: カガミワークス' }).waitFor();
    expect(await page.getByRole('link', { name: 'Apps', exact: true }).getAttribute('aria-current')).toBe('page');
  });

  test('say whose they are where the switcher shows only initials', async () => {
    await open('keys', { width: 760, height: 540 });
    for (const place of ['Keys', 'Apps', 'Activity'] as const) {
      await go(page, place);
      await page.getByRole('main').getByRole('paragraph').getByText('Lindqvist & Haas', { exact: true }).filter({ visible: true }).waitFor();
    }
  });

  describe('nothing is cut off sideways', () => {
    const looks: [string, Look][] = [
      ['at the smallest size', { width: 760, height: 540 }],
      ['with text twice as large', { large: true }],
      ['with both', { width: 760, height: 540, large: true }],
    ];
    test.each(looks)('%s', async (_, look) => {
      for (const name of ['apps', 'activity, all accounts, one open', 'activity, export', 'settings', 'new API key', 'new API key, refused', 'all accounts, searched', 'all accounts, looked at', 'a copy to bring in'] as const) {
        const { scene, enter, shows } = places[name] as State;
        await open(scene, look);
        await enter?.(page);
        await page.getByText(shows).first().waitFor({ state: 'attached' });
        expect(await tooWide(page), name).toEqual([]);
      }
    });
  });

  describe('apps', () => {
    test('open the panel of their own key', async () => {
      await open('keys');
      await go(page, 'Apps');
      await button(page, 'Wetterfrosch website').click();
      await heading('Keys').waitFor();
      await page.getByRole('complementary').getByText('BEGIN PUBLIC KEY').waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.closest('aside') !== null), { message: 'the focus is in the panel' }).toBe(true);
    });

    test('without a key get one, with the app chosen already', async () => {
      await open('keys');
      await go(page, 'Apps');
      await page.getByRole('row', { name: /Papierkram/ }).getByRole('button', { name: 'Add key for this app' }).click();
      await button(page, 'Choose key file…').click();
      await button(page, 'Continue without confirming').click();
      await page.getByRole('option', { name: /Papierkram/, selected: true }).waitFor();
      await button(page, 'Next').click();
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
      await page.getByText('Read back from Apple').waitFor();
      await button(page, 'Done').click();
      await page.getByRole('row', { name: /Papierkram/ }).getByText('Own key').waitFor();
    });

    test('are filtered by their key state, and counted', async () => {
      await open('keys');
      await go(page, 'Apps');
      await page.getByRole('combobox', { name: 'Show' }).selectOption('Own key (3)');
      expect(await page.getByRole('row').count(), 'the head and three rows').toBe(4);
      await page.getByText('3 of 12 apps · as of').waitFor();
    });

    test('by the hundreds come within a second', async () => {
      await open('many');
      await go(page, 'Apps');
      await page.getByText('900 apps · as of').waitFor();
      const start = Date.now();
      await page.getByRole('searchbox').fill('App 87');
      await page.getByText(/of 900 apps · as of/).waitFor();
      expect(Date.now() - start).toBeLessThan(1000);
    });
  });

  describe('activity', () => {
    test('shows this account alone, until all are asked for', async () => {
      await open('keys');
      await toActivity(page);
      await page.getByText('11 entries').waitFor();
      expect(await page.getByText('Test, please ignore').count()).toBe(0);
      await page.getByRole('combobox', { name: 'Show' }).selectOption('All accounts');
      await page.getByText('17 entries').waitFor();
      await page.getByText('Test, please ignore').waitFor();
    });

    test('of the sample account is never shown with that of others', async () => {
      await open('sample');
      await toActivity(page);
      await page.getByRole('searchbox').waitFor();
      expect(await page.getByRole('combobox', { name: 'Show' }).count()).toBe(0);
    });

    test('goes further back on demand', async () => {
      await open('activityMany');
      await toActivity(page);
      await page.getByText('50 of').waitFor();
      await button(page, 'Show older entries').click();
      await page.getByText('100 of').waitFor();
    });

    test('says all fields of an entry, to be copied', async () => {
      await open('keys');
      await toActivity(page);
      await button(page, 'Details').first().click();
      expect(await button(page, 'Details').first().getAttribute('aria-expanded')).toBe('true');
      await button(page, 'Copy this entry').click();
      const [copied] = await page.evaluate(() => window.fake.copied);
      expect(copied).toContain('Request ID: 4JZ7QW2MNC6TB5VHK3RXE8DLAY\n');
      expect(copied).toContain('User of this computer: m.lindqvist\n');
    });

    test('adds a removed key again, at the step that asks what it is for', async () => {
      await open('keys');
      await toActivity(page);
      await button(page, 'Add again').click();
      await dialog(page).getByRole('listbox').waitFor();
      await page.getByRole('option', { name: /Papierkram/, selected: true }).waitFor();
    });

    test('is exported as it is shown', async () => {
      await open('keys');
      await toActivity(page);
      await page.getByRole('searchbox').fill('wetter');
      await button(page, 'Export…').click();
      await page.getByRole('menuitem', { name: 'For a program (JSON)…' }).click();
      await page.getByText(/^Saved as latchkey_activity_.*\.json$/).waitFor();
      expect(await page.evaluate(() => window.fake.activities.exported)).toMatchObject([{ request: { account: 'a-company', search: 'wetter' }, form: 'json' }]);
    });

    test('is read anew when one comes back to it', async () => {
      await open('activityEmpty');
      await toActivity(page);
      await page.getByText('Nothing has been changed yet').waitFor();
      await go(page, 'Keys');
      await toActivity(page);
      await expect.poll(() => page.evaluate(() => window.fake.activities.asked)).toBe(2);
    });
  });

  describe('settings', () => {
    test('rename an account in place, with Enter, and give the focus back', async () => {
      await open('keys');
      await toSettings(page);
      await button(page, 'Rename').first().click();
      await page.keyboard.type('Haas & Lindqvist');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Account: Haas & Lindqvist' }).waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Rename');
    });

    test('leave the name as it was with Escape', async () => {
      await open('keys');
      await toSettings(page);
      await button(page, 'Rename').first().click();
      await page.keyboard.type('x');
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'Lindqvist & Haas' }).waitFor();
      expect(await page.evaluate(() => window.fake.settings.renamed)).toEqual([]);
    });

    test('take a new API key after it was shown what it sees', async () => {
      await open('keys');
      await tryNewApiKey(page);
      await page.getByRole('dialog', { name: 'A new API key for “Lindqvist & Haas”' }).getByText('It sees all 8 keys').waitFor();
      expect(await page.evaluate(() => window.fake.settings.used)).toEqual([]);
      await button(page, 'Use this API key').dblclick();
      await page.getByRole('dialog', { name: 'API key changed' }).waitFor();
      expect(await page.evaluate(() => window.fake.settings.used), 'once').toEqual(['new-api-key-1']);
      await button(page, 'Revoke it at Apple…').click();
      expect(await page.evaluate(() => window.fake.opened)).toEqual(['apiKeys']);
      await button(page, 'Done').click();
      await expect.poll(focused).toBe('BUTTON Use a new API key…');
    });

    test('don’t take another company’s API key', async () => {
      await open('otherApiKey');
      await tryNewApiKey(page);
      await page.getByText('It is another company’s API key, most likely').waitFor();
      expect(await button(page, 'Use it all the same').count()).toBe(0);
      await button(page, 'Back').click();
      await button(page, 'Try it').waitFor();
      expect(await field(page, 'API key ID').inputValue()).toBe('K7M2Q9XW4D');
      await button(page, 'Cancel').click();
      expect(await page.evaluate(() => window.fake.settings.used)).toEqual([]);
    });

    test('lead to the keys of an account that was connected from there, and back when it was not', async () => {
      await open('keys');
      await toSettings(page);
      await button(page, 'Connect an account').click();
      await button(page, 'Cancel').click();
      await heading('Settings').waitFor();
      await button(page, 'Connect an account').click();
      await button(page, 'Choose API key file…').click();
      await field(page, 'Account name').fill('Another');
      await button(page, 'Connect').click();
      await button(page, 'Yes, show the keys').click();
      await heading('Keys').waitFor();
    });

    test('find a key of another account, and open it there', async () => {
      await open('keys');
      await toSettings(page);
      await page.getByRole('searchbox', { name: 'Search all accounts' }).fill('開発用');
      await button(page, '電車パズル 開発用').click();
      await heading('Keys').waitFor();
      await page.getByRole('button', { name: 'Account: カガミワークス' }).waitFor();
    });

    test('look at all accounts, tell what changed, and can be stopped', async () => {
      await open('everywhereGoing');
      await toSettings(page);
      await button(page, 'Look for changes in all accounts').click();
      await page.getByText('1 key added, 1 gone, not from this computer.').waitFor();
      await button(page, 'Stop').click();
      await page.getByText('Stopped: looked at 1 of 2 accounts').waitFor();
      await button(page, 'Look for changes in all accounts').waitFor();
    });

    test('show a copy before it is brought in', async () => {
      await open('keys');
      await toSettings(page);
      await button(page, 'Bring in a copy…').click();
      const shown = page.getByRole('dialog', { name: 'Bring in a copy' });
      await shown.getByText('12 names for keys that have none here').waitFor();
      await shown.getByText('2 keys have another name or note here').waitFor();
      expect(await page.evaluate(() => window.fake.settings.broughtIn)).toEqual([]);
      await button(page, 'Bring in').click();
      await page.getByText('The copy was brought in').waitFor();
      expect(await page.evaluate(() => window.fake.settings.broughtIn)).toEqual(['copy-1']);
      await expect.poll(focused).toBe('BUTTON Bring in a copy…');
    });

    test('disconnect an account that is not shown, and stay', async () => {
      await open('keys');
      await toSettings(page);
      await page.getByRole('group', { name: 'カガミワークス' }).getByRole('button', { name: 'Disconnect…' }).click();
      await page.getByRole('dialog', { name: 'Disconnect “カガミワークス”?' }).getByRole('button', { name: 'Disconnect', exact: true }).click();
      await expect.poll(() => page.getByRole('group', { name: 'カガミワークス' }).count()).toBe(0);
      await heading('Settings').waitFor();
      await page.getByRole('button', { name: 'Account: Lindqvist & Haas' }).waitFor();
    });

    test('are there with the sample account, too', async () => {
      await open('fresh');
      await button(page, 'Try the sample account').click();
      await toSettings(page);
      await page.getByText('Practice data: nothing here reaches Apple').waitFor();
      await page.getByText('Latchkey 0.1.0').waitFor();
    });
  });
});
