// What is told on top of every place: who reads the connection, and records that were set aside.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { removeAll } from './everythingStates';
import { go } from './placeStates';
import { button, dialog } from './states';

describe.skipIf(chromiumPath === undefined)('notices', () => {
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

  const sentence = 'your company can read it';
  const readBy = (by: string | null) => page.evaluate((by) => window.fake.happen({ is: 'readBy', by }), by);
  const focused = () => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent?.trim()}`);
  /** How much of the place is in sight, in pixels from top to bottom. */
  const inSight = () =>
    page.locator('main:visible').evaluate((main) => {
      const { top, bottom } = main.getBoundingClientRect();
      return Math.min(bottom, innerHeight) - Math.max(top, 0);
    });

  test.each([
    ['at the smallest size', { width: 760, height: 540 }, 200],
    ['with text twice as large', { large: true }, 200],
    ['with both', { width: 760, height: 540, large: true }, 500],
  ])('leave the place in reach, %s', async (_, look, height) => {
    await open('setAside', look);
    await readBy('Northwind Traders Security Gateway CA');
    await page.getByText(sentence).waitFor();
    await page.getByText('Latchkey’s own files were damaged').waitFor();
    await go(page, 'Settings');
    await expect.poll(focused).toBe('H1 Settings');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).scrollIntoViewIfNeeded();
    expect(await inSight()).toBeGreaterThanOrEqual(height);
    await button(page, 'Remove everything Latchkey stored here…').scrollIntoViewIfNeeded();
    expect(await inSight()).toBeGreaterThanOrEqual(height);
    await button(page, 'I know it').click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
  });

  test('give the focus to the place when they are closed or come to nothing', async () => {
    await open('readBy');
    await button(page, 'Close').click();
    await expect.poll(focused).toBe('H1 Keys');
    await readBy('Contoso CA');
    await page.getByRole('button', { name: 'Copy a message for your IT department' }).focus();
    await readBy(null);
    await page.getByText(sentence).waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('H1 Keys');
  });

  test('say who reads the connection in a sentence, without what can be done', async () => {
    await open('keys');
    await page.evaluate(() => window.fake.happen({ is: 'readBy', by: 'Contoso CA' }));
    expect(await page.getByRole('status').filter({ hasText: sentence }).textContent()).toMatch(/^Apple’s connection is signed by Contoso CA: .*\.$/);
  });

  test('say it in a dialog that is open when it comes, and not again in the next', async () => {
    await open('keys');
    await button(page, 'Add key').first().click();
    await readBy('Contoso CA');
    await dialog(page).getByRole('status').getByText(sentence).waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Add key').first().click();
    await dialog(page).waitFor();
    expect(await dialog(page).getByText(sentence).count()).toBe(0);
  });

  test('are over once everything is removed', async () => {
    await open('keys');
    await readBy('Contoso CA');
    await removeAll(page);
    await page.getByRole('heading', { level: 1, name: 'Everything Latchkey stored here was removed' }).waitFor();
    expect(await page.getByText(sentence).count()).toBe(0);
    await readBy('Northwind Traders Security Gateway CA');
    expect(await page.getByText(sentence).count(), 'whoever it is').toBe(0);
  });
});
