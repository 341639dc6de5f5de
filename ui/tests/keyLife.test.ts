// What one does with a registered key, in a browser: look, name, confirm, check, remove, replace.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { button, dialog, field, tooWide } from './controls';
import { goOn, keyStates, openKey, removeIt, toRemove, typeLastSix } from './keyStates';
import type { State } from './states';

if (chromiumPath === undefined) console.warn('SKIPPED: the browser tests of keys. No Chromium here; name one in CHROMIUM.');

describe.skipIf(chromiumPath === undefined)('a key', () => {
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

  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '');
  const copied = () => page.evaluate(() => window.fake.copied);
  const removals = () => page.evaluate(() => window.fake.removing.sent);

  test('is named in its panel: Enter saves, Escape leaves it as it was', async () => {
    const page = await open('keys');
    await openKey(page);
    await button(page, 'Rename').click();
    await field(page, 'Name').fill('Something else');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Wetterfrosch website' }).waitFor();
    expect(await page.getByRole('complementary').count(), 'the panel stays open').toBe(1);
    expect(await focused()).toBe('Rename');
    await button(page, 'Rename').click();
    await field(page, 'Name').fill('Wetterfrosch 2027');
    await page.keyboard.press('Enter');
    await page.getByText('Name saved').waitFor();
    await button(page, 'Wetterfrosch 2027').waitFor();
    await expect.poll(focused).toBe('Rename');
  });

  test('has a note that is saved when one leaves it', async () => {
    const page = await open('keys');
    await openKey(page);
    await field(page, 'Note').fill('Renew in May.');
    await button(page, 'Copy distribution key ID').focus();
    await page.getByText('Note saved').waitFor();
    await openKey(page, 'Main marketplace key');
    await openKey(page);
    expect(await field(page, 'Note').inputValue()).toBe('Renew in May.');
  });

  test('shows no group that is asked for while it is being confirmed', async () => {
    const page = await open('keys', { width: 1600 });
    await openKey(page);
    const print = (await page.getByRole('complementary').locator('.print').textContent()) ?? '';
    const spoken = print.trim().split(/\s+/).slice(0, 5).join(' ');
    await button(page, 'Confirm…').click();
    await field(page, 'First five groups, as you hear them').waitFor();
    expect(await page.evaluate(() => document.body.innerText), 'neither in the panel nor in its row').not.toContain(spoken.slice(0, 9));
    await field(page, 'First five groups, as you hear them').fill(spoken);
    await field(page, 'Who read it to you').fill('Ada Nwosu');
    await button(page, 'Confirm').click();
    await page.getByRole('complementary').getByText('Ada Nwosu').waitFor();
    expect(await dialog(page).count()).toBe(0);
    expect(await focused()).toBe('Confirm…');
  });

  test('closes a dialog with Escape, and not the panel below it', async () => {
    const page = await open('keys');
    await openKey(page);
    await button(page, 'Check a private key…').click();
    await page.keyboard.press('Escape');
    expect(await dialog(page).count()).toBe(0);
    expect(await page.getByRole('complementary').count()).toBe(1);
    expect(await focused()).toBe('Check a private key…');
  });

  test('keeps the focus in its panel when what was pressed goes', async () => {
    const page = await open('keyNotRead');
    await openKey(page);
    await button(page, 'Try again').click();
    await expect.poll(focused).toBe('Wetterfrosch website');
  });

  test('takes a dropped file while its private key is asked for', async () => {
    const page = await open('checkIts');
    await openKey(page);
    await button(page, 'Check a private key…').click();
    await page.evaluate(() => window.fake.files.arrive(['wetterfrosch_private.pem']));
    await page.getByText('This is its private key.').waitFor();
    await button(page, 'Done').click();
  });

  test('that a reading no longer finds stays open until its dialog is done', async () => {
    const page = await open('keys');
    await openKey(page);
    await page.getByText('As Apple has it, read at').waitFor();
    await button(page, 'Confirm…').click();
    await field(page, 'First five groups, as you hear them').fill('1234');
    await page.evaluate(() => {
      const [, , , , wetterfrosch] = window.fake.keys.all;
      window.fake.keys.remove(wetterfrosch?.id ?? '');
      [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Refresh')?.click();
    });
    await page.getByText('7 keys · as of').waitFor();
    expect(await field(page, 'First five groups, as you hear them').inputValue()).toBe('1234');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('complementary').count()).toBe(0);
    await expect.poll(focused).toBe('Keys');
    await openKey(page, 'Main marketplace key');
    expect(await page.getByRole('complementary').locator('.print').textContent(), 'its fingerprint can be read').not.toContain('••••');
  });

  test('that is gone at Apple has no message for an engineer', async () => {
    const page = await open('keyGone');
    await openKey(page);
    await page.getByText('Apple has no such key any more').waitFor();
    expect(await button(page, 'Copy message for the engineer').count()).toBe(0);
  });

  test('that came or went is told until one knows it', async () => {
    const page = await open('news');
    await button(page, 'What to do').click();
    await dialog(page).getByText('Sternwarte 2024').waitFor();
    await button(page, 'Show key').click();
    await page.getByRole('complementary').waitFor();
    await button(page, 'I know it').click();
    await page.getByText('Noted: these changes are known').first().waitFor();
    await expect.poll(() => page.getByText('Since you last looked:').count()).toBe(0);
    await button(page, 'Refresh').click();
    await page.getByText('8 keys · as of').waitFor();
    expect(await page.getByText('Since you last looked:').count()).toBe(0);
  });

  describe('is removed', () => {
    test('after its last six characters were typed, once, and its row goes', async () => {
      const page = await open('keys');
      await toRemove(page);
      expect(await button(page, 'Remove key').isDisabled()).toBe(true);
      await typeLastSix(page);
      await button(page, 'Remove key').dblclick();
      await dialog(page).getByText('is no longer registered with Apple').waitFor();
      expect(await removals()).toHaveLength(1);
      await button(page, 'Done').click();
      await page.getByText('7 keys · as of').waitFor();
      expect(await page.getByRole('complementary').count()).toBe(0);
      await expect.poll(focused).toBe('Keys');
    });

    test('and keeps its row while Apple’s list still shows it', async () => {
      const page = await open('removeStillShown');
      await removeIt(page);
      await page.getByRole('dialog', { name: 'Removal accepted' }).getByText('Its list still has the key').waitFor();
      await button(page, 'Done').click();
      await page.getByText('8 keys · as of').waitFor();
      await button(page, 'Refresh').click();
      await page.getByText('7 keys · as of').waitFor();
    });

    test('with the keyboard alone', async () => {
      const page = await open('keys');
      await openKey(page);
      await button(page, 'Remove…').focus();
      await page.keyboard.press('Enter');
      await page.getByText('As Apple has it now').waitFor();
      const id = (await dialog(page).locator('dd.whole').textContent()) ?? '';
      expect(await focused(), 'what Apple has is read first').toContain('As Apple has it now');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.type(id.trim().slice(-6));
      await page.keyboard.press('Enter');
      await dialog(page).getByText('is no longer registered').waitFor();
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(0);
    });

    test('not with wrong characters', async () => {
      const page = await open('keys');
      await toRemove(page);
      await field(page, 'Type the last six characters of the distribution key ID').fill('zzzzzz');
      await button(page, 'Remove key').click();
      await page.getByRole('alert').getByText('These are not the last six characters').waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('last-six');
      expect(await removals()).toEqual([]);
    });

    test('only after what Apple has was looked at, if that differs', async () => {
      const page = await open('removeChanged');
      await openKey(page);
      await button(page, 'Remove…').click();
      await button(page, 'Show what Apple has').click();
      await page.getByText('of the app it is for failing at once').waitFor();
      await typeLastSix(page);
      await button(page, 'Remove key').click();
      await dialog(page).getByText('is no longer registered').waitFor();
    });

    test('by somebody else meanwhile, and nothing is sent', async () => {
      const page = await open('removeGone');
      await button(page, 'Wetterfrosch website').click();
      await button(page, 'Refresh the keys').waitFor();
      expect(await button(page, 'Remove…').count(), 'there is nothing to remove').toBe(0);
    });

    test('and can’t be left while the answer is on its way', async () => {
      const page = await open('removeSending');
      await removeIt(page);
      await page.getByText('can’t be stopped').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(1);
      expect(await button(page, 'Cancel').isDisabled()).toBe(true);
    });

    test('or perhaps not: it is looked for, and told what came of it', async () => {
      const page = await open('removeLostGone');
      await removeIt(page);
      await page.getByRole('dialog', { name: 'It is removed' }).waitFor();
      expect(await removals(), 'sent once').toHaveLength(1);
      await button(page, 'Done').click();
      await page.getByText('7 keys · as of').waitFor();
    });

    test('rather by replacing it, if a server still uses it', async () => {
      const page = await open('keys');
      await toRemove(page);
      await dialog(page).getByRole('button', { name: 'Replace…' }).click();
      await page.getByRole('dialog', { name: 'Replace “Wetterfrosch website”' }).waitFor();
      expect(await dialog(page).count()).toBe(1);
    });
  });

  describe('is replaced', () => {
    test('from the first question to the old key’s removal, and can be left at every step', async () => {
      const page = await open('keys');
      await openKey(page, 'Fahrgemeinschaft 2026');
      await button(page, 'Replace…').click();
      expect(await button(page, 'Next').isDisabled()).toBe(true);
      await page.getByLabel('Planned change').check();
      await button(page, 'Next').dblclick();
      await page.getByText('First, add the new key.').waitFor();
      await button(page, 'Continue later').click();
      await page.getByText('Being replaced: 1 of 4').waitFor();
      await goOn(page);
      await button(page, 'Add the new key…').click();
      await button(page, 'Choose key file…').click();
      await button(page, 'Continue without confirming').click();
      await button(page, 'Next').click();
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
      await page.getByText('The new key is registered. The old one still is, too.').waitFor();
      expect(await page.evaluate(() => window.fake.sent)).toMatchObject([{ work: 'work-1', scope: { for: 'oneApp', app: '6449031876' } }]);
      await button(page, 'Copy message').click();
      expect((await copied()).at(-1)).toMatch(/Fahrgemeinschaft Oberschwaben[\s\S]*goes into kid/);
      await button(page, 'Next').click();
      await page.getByText('Has your server switched').waitFor();
      await field(page, 'Who says so').fill('Jonas Weidner');
      await button(page, 'Next').click();
      await dialog(page).getByText('Jonas Weidner').waitFor();
      await button(page, 'Remove the old key…').click();
      await page.getByText('As Apple has it now').waitFor();
      expect(await dialog(page).getByRole('button', { name: 'Replace…' }).count(), 'it is being replaced').toBe(0);
      await typeLastSix(page);
      await button(page, 'Remove key').click();
      await dialog(page).getByText('Fahrgemeinschaft 2026 is replaced.').waitFor();
      await dialog(page).getByText('Jonas Weidner said that your server signs with the new key.').waitFor();
      expect(await removals()).toMatchObject([{ work: 'work-1' }]);
      await button(page, 'Done').click();
      expect(await page.getByText('Being replaced').count()).toBe(0);
    });

    test('with a token from the server as proof', async () => {
      const page = await open('replaceSwitch');
      await goOn(page);
      await button(page, 'Check a token from your server…').click();
      await button(page, 'Paste token').click();
      await page.getByText('Signed by the new key').waitFor();
      await dialog(page).last().getByRole('button', { name: 'Next', exact: true }).click();
      await page.getByText('A token from the server was checked today').waitFor();
    });

    test('not by a token that the old key signed', async () => {
      const page = await open('replaceSwitchOld');
      await goOn(page);
      await button(page, 'Check a token from your server…').click();
      await button(page, 'Paste token').click();
      await page.getByText('Still signed by the old key').waitFor();
      await button(page, 'Close').click();
      await page.getByText('Has your server switched').waitFor();
      expect(await button(page, 'Next').isDisabled()).toBe(true);
    });

    test('by removing first where Apple takes no second key', async () => {
      const page = await open('replaceSecondKey');
      await goOn(page);
      await button(page, 'Add the new key…').click();
      await button(page, 'Choose key file…').click();
      await button(page, 'Continue without confirming').click();
      await button(page, 'Next').click();
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
      await button(page, 'Remove the old key first').click();
      await page.getByText('Apple takes no second key').waitFor();
      await page.getByText('Remove the old key now.').waitFor();
    });

    test('at once in an emergency, the old key first', async () => {
      const page = await open('keys');
      await openKey(page);
      await button(page, 'Replace…').click();
      await page.getByLabel('Someone else may have the private key').check();
      await button(page, 'Next').click();
      await button(page, 'Remove the old key…').click();
      await page.getByText('As Apple has it now').waitFor();
      await typeLastSix(page);
      await button(page, 'Remove key').click();
      await page.getByText('The old key is removed. Add the new one next.').waitFor();
      await button(page, 'Add the new key…').click();
      await button(page, 'Choose key file…').click();
      await button(page, 'Continue without confirming').click();
      await button(page, 'Next').click();
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
      await page.getByText('New installs fail until your server has the new key.').waitFor();
    });

    test('no more, and is told what stays registered', async () => {
      const page = await open('replaceSwitch');
      await button(page, 'Copy reminder').click();
      expect((await copied())[0]).toContain('being replaced');
      await button(page, 'Stop…').click();
      await dialog(page).getByText('The new key, Fahrgemeinschaft 2027').waitFor();
      await button(page, 'Stop replacing').click();
      await expect.poll(() => page.getByText('is being replaced').count()).toBe(0);
      await expect.poll(focused).toBe('Keys');
    });

    test('no more, although one left the question while it was recorded', async () => {
      const page = await open('replaceSwitch');
      await page.evaluate(() => {
        const stopReplace = window.fake.stopReplace.bind(window.fake);
        window.fake.stopReplace = async (work) => {
          await new Promise<void>((goOn) => addEventListener('record', () => goOn(), { once: true }));
          return stopReplace(work);
        };
      });
      await button(page, 'Stop…').click();
      await button(page, 'Stop replacing').click();
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(0);
      await page.evaluate(() => dispatchEvent(new Event('record')));
      await expect.poll(() => page.getByText('is being replaced').count()).toBe(0);
      await page.getByText('is no longer being replaced').waitFor();
    });

    test('in another account, too, which is told here and shown on demand', async () => {
      const page = await open('replaceElsewhere');
      const elsewhere = page.locator('.elsewhere');
      expect(await elsewhere.innerText()).toContain('In カガミワークス, 2 replacements wait.');
      await elsewhere.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('button', { name: 'Account: カガミワークス' }).waitFor();
      expect(await page.getByRole('button', { name: 'Go on' }).count()).toBe(2);
      expect(await elsewhere.innerText()).toContain('In Lindqvist & Haas, 1 replacement waits.');
      await expect.poll(focused).toContain('Keys');
    });

    test('no further while the outcome of a change is unknown', async () => {
      const page = await open('replacePending');
      await goOn(page);
      await page.getByText('The answer about removing the old key got lost').waitFor();
      expect(await button(page, 'Remove the old key…').isDisabled()).toBe(true);
      await button(page, 'Remove the old key…').click({ force: true });
      expect(await page.getByRole('dialog', { name: /^Remove/ }).count()).toBe(0);
    });
  });

  describe('cuts nothing off sideways', () => {
    const looks: [string, Look][] = [
      ['at the smallest size', { width: 760, height: 540 }],
      ['with that and text twice as large', { width: 760, height: 540, large: true }],
    ];
    test.each(looks)('%s', async (_, look) => {
      for (const name of ['key, on this computer', 'keys, news', 'keys, what to do about news', 'remove', 'replace, waits', 'replace, hand over', 'token, odd']) {
        const { scene, enter, shows } = keyStates[name] as State;
        await open(scene, look);
        await enter?.(page);
        await page.getByText(shows).first().waitFor();
        expect(await tooWide(page), name).toEqual([]);
      }
    });
  });
});
