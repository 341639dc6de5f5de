// Removing everything in the window, and records that were set aside.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { everythingStates, openEverything, removeAll, settleAll, toLastLook, toPrivateKeys } from './everythingStates';
import { toSettings } from './placeStates';
import { button, dialog, tooWide, type State } from './states';

describe.skipIf(chromiumPath === undefined)('everything', () => {
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
  const removed = () => page.evaluate(() => window.fake.everythingHere.removed);

  describe('nothing is cut off sideways', () => {
    const looks: [string, Look][] = [
      ['at the smallest size', { width: 760, height: 540 }],
      ['with text twice as large', { large: true }],
      ['with both', { width: 760, height: 540, large: true }],
    ];
    test.each(looks)('%s', async (_, look) => {
      for (const name of ['everything, much at stake', 'everything, private keys', 'everything, all settled', 'everything, last look', 'everything, removed partly', 'everything, removed', 'records set aside', 'not started, removing'] as const) {
        const { scene, enter, shows } = everythingStates[name] as State;
        await open(scene, look);
        await enter?.(page);
        await page.getByText(shows).first().waitFor({ state: 'attached' });
        expect(await tooWide(page), name).toEqual([]);
      }
    });
  });

  test('goes after every private key was saved or given up by name, and is then said to be gone', async () => {
    await open('keys');
    await removeAll(page);
    await page.getByRole('heading', { level: 1, name: 'Everything Latchkey stored here was removed' }).waitFor();
    await expect.poll(focused).toBe('H1 Everything Latchkey stored here was removed');
    expect(await removed()).toEqual([[expect.stringMatching(/^212a/), expect.stringMatching(/^fc34/)]]);
    await page.getByText('K7M2Q9XW4D').waitFor();
    await button(page, 'Revoke them at Apple…').click();
    expect(await page.evaluate(() => window.fake.opened)).toEqual(['apiKeys']);
    await button(page, 'Quit Latchkey').click();
    expect(await page.evaluate(() => window.fake.everythingHere.ended)).toBe(true);
  });

  test('waits for private keys, says so, and leads to the first that is missing', async () => {
    await open('keys');
    await toPrivateKeys(page);
    expect(await button(page, 'Next').getAttribute('aria-disabled')).toBe('true');
    expect(await button(page, 'Next').getAttribute('aria-describedby')).toBe('everything-waits');
    await page.locator('#everything-waits').getByText('3 private keys are neither saved nor given up.').waitFor();
    await button(page, 'Next').press('Enter');
    await expect.poll(focused).toBe('BUTTON Save…');
    expect(await removed()).toEqual([]);
  });

  test('a private key whose file nobody can open is not saved', async () => {
    await open('keys');
    await toPrivateKeys(page);
    await button(page, 'Save…').first().click();
    await button(page, 'Save private key…').click();
    await page.getByText('Note the password now').waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Close all the same').click();
    await page.getByText('3 private keys are neither saved nor given up.').waitFor();
    await expect.poll(focused, { message: 'where it began' }).toBe('BUTTON Save…');
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog(page).count()).toBe(0);
    await toPrivateKeys(page);
    await page.getByText('3 private keys are neither saved nor given up.').waitFor();
    expect(await button(page, 'Save again…').count(), 'opened anew').toBe(0);
  });

  test.each([{}, { large: true }, { width: 760, height: 540, large: true }])('a double click is one click at every step: %o', async (look) => {
    await open('littleHere', look);
    await openEverything(page);
    await button(page, 'Next').dblclick({ delay: 150 });
    await page.getByText('This can’t be undone.').waitFor();
    expect(await removed()).toEqual([]);
    await open('removedPartly', look);
    await toLastLook(page);
    await button(page, 'Remove everything').dblclick({ delay: 150 });
    await page.getByRole('dialog', { name: 'Not everything is removed yet' }).waitFor();
    await button(page, 'Go on removing').waitFor();
    expect(await removed()).toEqual([]);
  });

  test('each file has a name of its own', async () => {
    await open('keys');
    await settleAll(page);
    await page.getByText('private_key_1b93ec38.pem').waitFor();
  });

  test('can be left at any step, and nothing is removed', async () => {
    await open('keys');
    for (const enter of [openEverything, toPrivateKeys, toLastLook]) {
      await enter(page);
      await page.keyboard.press('Escape');
      await expect.poll(() => dialog(page).count()).toBe(0);
      await expect.poll(focused).toBe('BUTTON Remove everything Latchkey stored here…');
    }
    expect(await removed()).toEqual([]);
  });

  test('can’t be left while it goes, but the app can be quit when that takes its time', async () => {
    await open('removingAll');
    await removeAll(page);
    await page.getByText('Emptying the keychain').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await dialog(page).count()).toBe(1);
    await page.getByText('what has begun is finished when it is opened again').waitFor();
    expect(await button(page, 'Cancel').count()).toBe(0);
    await button(page, 'Quit Latchkey').click();
    expect(await page.evaluate(() => window.fake.everythingHere.ended)).toBe(true);
  });

  test('the app can be quit while the rest is removed, too', async () => {
    await open('removedPartly');
    await removeAll(page);
    await page.evaluate(() => (window.fake.removeEverything = () => new Promise(() => {})));
    await button(page, 'Go on removing').click();
    await page.getByText('Emptying the keychain').waitFor();
    await button(page, 'Quit Latchkey').click();
    expect(await page.evaluate(() => window.fake.everythingHere.ended)).toBe(true);
  });

  test('the same unnamed key is named by the same words, however many are for its app', async () => {
    await open('keys');
    await toPrivateKeys(page);
    await page.getByLabel('Give up Unnamed key 212a… for Wetterfrosch: Regen & Unwetter: it can’t be had again').waitFor();
    await page.keyboard.press('Escape');
    await toLastLook(page);
    await page.getByRole('listitem').filter({ hasText: 'Unnamed key 212a… for Wetterfrosch: Regen & Unwetter' }).waitFor();
  });

  test('goes on where the keychain stopped it, and can’t be left', async () => {
    await open('removedPartly');
    await removeAll(page);
    const shown = page.getByRole('dialog', { name: 'Not everything is removed yet' });
    await shown.getByRole('alert').getByText('The keychain stayed locked').waitFor();
    await page.keyboard.press('Escape');
    await shown.waitFor();
    await button(page, 'Go on removing').click();
    await page.getByText('Everything Latchkey stored here was removed').waitFor();
    expect(await removed()).toHaveLength(1);
  });

  test('is not offered where only the sample account may be opened', async () => {
    await open('sampleOnly');
    await button(page, 'Try the sample account').click();
    await toSettings(page);
    await page.getByText('Latchkey 0.1.0').waitFor();
    expect(await button(page, 'Remove everything Latchkey stored here…').count()).toBe(0);
  });

  test('records that were set aside are told of until the person knows it', async () => {
    await open('setAsideAll');
    await page.getByRole('alert').getByText('latchkey-damaged-2026-11-23.db').waitFor();
    await button(page, 'Bring in a copy…').click();
    await page.getByRole('dialog', { name: 'Bring in a copy' }).getByText('12 names for keys').waitFor();
    await button(page, 'Bring in').click();
    await expect.poll(() => page.evaluate(() => window.fake.settings.broughtIn)).toEqual(['copy-1']);
    await button(page, 'I know it').click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    expect(await page.evaluate(() => window.fake.everythingHere.knows)).toBe(true);
  });

  test('the window may be captured again when the password goes out of sight', async () => {
    await open('keys');
    const shown = () => page.evaluate(() => window.fake.pairs.shown);
    await toPrivateKeys(page);
    await button(page, 'Save…').first().click();
    await button(page, 'Show password').click();
    await expect.poll(shown).toBe(true);
    await button(page, 'Save private key…').click();
    await page.getByText('Note the password now').waitFor();
    await expect.poll(shown, { message: 'what it was shown in is gone' }).toBe(false);
    expect(await page.content()).not.toContain('hfq7w');
    await button(page, 'Show password').click();
    await expect.poll(shown).toBe(true);
    await button(page, 'Done').click();
    await expect.poll(shown, { message: 'closed' }).toBe(false);
  });
});
