// The way to Apple in a browser: the proxy, who reads along, and its diagnosis.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { connectionStates, diagnoseProblem, toDiagnosis, toReport } from './connectionStates';
import { go } from './placeStates';
import { button, dialog, field, tooWide, type State } from './states';

describe.skipIf(chromiumPath === undefined)('the way to Apple', () => {
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
  const copied = () => page.evaluate(() => window.fake.copied);
  const diagnosed = () => page.evaluate(() => window.fake.connecting.diagnosed);
  const main = () => page.locator('main:visible');

  describe('nothing is cut off sideways', () => {
    const looks: [string, Look][] = [
      ['at the smallest size', { width: 760, height: 540 }],
      ['with text twice as large', { large: true }],
      ['with both', { width: 760, height: 540, large: true }],
    ];
    test.each(looks)('%s', async (_, look) => {
      for (const name of ['connection, an own proxy', 'settings, few requests left', 'keys, going slowly', 'keys, read by a company', 'diagnosis, three things to know', 'diagnosis, details for support', 'diagnosis, its report', 'diagnosis of a problem'] as const) {
        const { scene, enter, shows } = connectionStates[name] as State;
        const page = await open(scene, look);
        await enter?.(page);
        await page.getByText(shows).first().waitFor();
        expect(await tooWide(page), name).toEqual([]);
      }
    });
  });

  describe('a proxy', () => {
    test('is saved with Enter, told in words, and taken back', async () => {
      await open('systemProxy');
      await go(page, 'Settings');
      await page.getByText('as this computer is set.').first().waitFor();
      await field(page, 'Proxy').fill('10.0.0.1:3128');
      await page.keyboard.press('Enter');
      await page.getByText('as set here.').waitFor();
      expect(await page.evaluate(() => window.fake.connection())).toMatchObject({ ownProxy: '10.0.0.1:3128' });
      await button(page, 'Use the system’s proxy').click();
      await page.getByText('go through the proxy proxy.lindqvist-haas.example:8080, as this computer is set').waitFor();
      expect(await field(page, 'Proxy').inputValue()).toBe('');
      await expect.poll(() => page.evaluate(() => document.activeElement?.id), { message: 'its button is gone' }).toBe('settings-proxy');
    });

    test('that can’t be used is told beside the field, which keeps it and the focus', async () => {
      await open('keys');
      await (connectionStates['connection, a proxy with a login'] as State).enter?.(page);
      await page.getByRole('alert').getByText('can’t sign in to a proxy').waitFor();
      expect(await field(page, 'Proxy').getAttribute('aria-invalid')).toBe('true');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('settings-proxy');
      await field(page, 'Proxy').fill('proxy.example.com:8080');
      expect(await field(page, 'Proxy').getAttribute('aria-invalid'), 'it is being mended').toBeNull();
      expect(await page.evaluate(() => window.fake.connection())).toMatchObject({ ownProxy: null });
    });

    test('that is being typed stays when one looks at another place', async () => {
      await open('keys');
      await go(page, 'Settings');
      await field(page, 'Proxy').fill('proxy.exam');
      await go(page, 'Keys');
      await go(page, 'Settings');
      expect(await field(page, 'Proxy').inputValue()).toBe('proxy.exam');
    });

    test('that holds a login doesn’t wait in the field for whoever looks next', async () => {
      await open('keys');
      await go(page, 'Settings');
      await field(page, 'Proxy').fill('me:secret@proxy.example.com:8080');
      await go(page, 'Keys');
      await go(page, 'Settings');
      expect(await field(page, 'Proxy').inputValue()).toBe('');
    });

    test('is asked for ahead without a complaint', async () => {
      await open('keys');
      await go(page, 'Settings');
      await main().getByRole('button', { name: 'Copy a message for your IT department' }).click();
      expect((await copied())[0]).toContain('Please make sure that it is let through');
    });
  });

  describe('who reads along', () => {
    test('is named on top, with a message for the IT department and a diagnosis', async () => {
      await open('readBy');
      const bar = page.locator('.bar').filter({ hasText: 'your company can read it' });
      await bar.getByRole('button', { name: 'Copy a message for your IT department' }).click();
      expect((await copied())[0]).toContain('signed by “Northwind Traders Security Gateway CA”');
      await bar.getByRole('button', { name: 'Diagnose connection' }).click();
      await dialog(page).getByText('but your company can read the connection').waitFor();
    });

    test('can be closed until it is somebody else', async () => {
      await open('readBy');
      const sentence = page.getByText('your company can read it');
      await sentence.waitFor();
      await button(page, 'Close').click();
      expect(await sentence.count()).toBe(0);
      await page.evaluate(() => window.fake.happen({ is: 'readBy', by: 'Northwind Traders Security Gateway CA' }));
      expect(await sentence.count(), 'the same').toBe(0);
      await page.evaluate(() => window.fake.happen({ is: 'readBy', by: 'Contoso Proxy CA (Contoso Ltd)' }));
      await page.getByText('signed by Contoso Proxy CA (Contoso Ltd): your company').waitFor();
      await page.evaluate(() => window.fake.happen({ is: 'readBy', by: null }));
      await sentence.waitFor({ state: 'detached' });
    });
  });

  test('that waits for Apple’s limit says until when, in a dialog, too', async () => {
    await open('keys');
    await button(page, 'Add key').first().click();
    await page.evaluate(() => window.fake.happen({ is: 'appleWaits', until: Date.now() + 60_000 }));
    await dialog(page).getByText('Apple’s limit is reached. It goes on at').waitFor();
    await page.evaluate(() => window.fake.happen({ is: 'appleWaits', until: null }));
    await page.getByText('Apple’s limit is reached').first().waitFor({ state: 'detached' });
  });

  describe('a diagnosis', () => {
    test('takes the place of Settings, and Back gives it back as it was', async () => {
      await open('keys');
      await go(page, 'Settings');
      await page.getByRole('searchbox').fill('電車');
      await button(page, 'Diagnose connection').click();
      await expect.poll(focused).toBe('H1 Diagnose connection');
      await main().getByText('Everything works: Apple accepts Lindqvist & Haas.').waitFor();
      expect(await page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3 }) }).count()).toBe(11);
      await button(page, 'Back').click();
      await expect.poll(focused).toBe('BUTTON Diagnose connection');
      expect(await page.getByRole('searchbox').inputValue()).toBe('電車');
    });

    test('is of the account that is shown, and of another one once that is', async () => {
      await open('keys');
      await toDiagnosis(page);
      await main().getByText('Everything works').waitFor();
      await page.getByRole('button', { name: 'Account:' }).click();
      await page.getByRole('menuitemradio', { name: /カガミワークス/ }).click();
      await main().getByText('Apple accepts カガミワークス').waitFor();
      expect(await diagnosed()).toEqual(['a-company', 'a-person']);
    });

    test('is stopped, keeps what it found, and is done once more', async () => {
      await open('diagnoseGoing');
      await toDiagnosis(page);
      await page.getByText('Checked 5 of 11…').waitFor();
      await button(page, 'Stop').click();
      await page.getByText('Stopped before the end').waitFor();
      await page.getByText('Answers, in 0.2 seconds.').waitFor();
      await button(page, 'Check again').click();
      await button(page, 'Stop').waitFor();
      expect(await diagnosed()).toHaveLength(2);
    });

    test('is not stopped by the second click of a double click that began it', async () => {
      await open('diagnoseGoing');
      await toDiagnosis(page);
      await button(page, 'Stop').click();
      await page.getByText('Stopped before the end').waitFor();
      await button(page, 'Check again').dblclick();
      await page.getByText('Checked 5 of 11…').waitFor();
      expect(await diagnosed()).toHaveLength(2);
    });

    test('shows its report before it is copied, and copies just that', async () => {
      await open('keys');
      await toReport(page);
      const shown = await dialog(page).getByRole('region', { name: 'The report' }).textContent();
      expect(await copied()).toEqual([]);
      await button(page, 'Copy report').click();
      expect(await copied()).toEqual([shown]);
      await page.keyboard.press('Escape');
      await expect.poll(focused).toBe('BUTTON Show report…');
    });

    test('of a problem leaves nothing behind, and gives the focus back', async () => {
      await open('untrusted');
      await diagnoseProblem(page);
      await dialog(page).getByText('Account: Lindqvist & Haas').waitFor();
      await dialog(page).getByText('The connection to Apple is not secure').waitFor();
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
      await expect.poll(focused).toBe('BUTTON Diagnose connection');
      expect(await page.getByRole('heading', { level: 1, name: 'Keys' }).count()).toBe(1);
    });

    test('of an API key that is being entered goes without an account, and keeps the form', async () => {
      await open('connectOffline');
      await (connectionStates['diagnosis without an account'] as State).enter?.(page);
      await dialog(page).getByText('Checked 2 of 5').waitFor();
      expect(await diagnosed()).toEqual([null]);
      await page.keyboard.press('Escape');
      expect(await field(page, 'Account name').inputValue()).toBe('Lindqvist & Haas');
    });

    test('ends with the account it is of', async () => {
      await open('diagnoseGoing');
      await toDiagnosis(page);
      await page.getByText('Checked 5 of 11…').waitFor();
      await page.getByRole('button', { name: 'Account:' }).click();
      await page.getByRole('menuitem', { name: 'Disconnect…' }).click();
      await dialog(page).getByRole('button', { name: 'Disconnect', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
      expect(await page.getByRole('heading', { level: 1, name: 'Diagnose connection' }).count()).toBe(0);
    });
  });
});
