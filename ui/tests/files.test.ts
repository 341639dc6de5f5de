// Key files in the window: with a password, made here, dropped.

import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath } from './browser';
import { arrive, checkRefuted, makePair, savePair, typePassword } from './fileStates';
import { button, chooseKey, dialog, toDone } from './states';

describe.skipIf(chromiumPath === undefined)('key files', () => {
  let browsing: Browsing;
  let page: Page;

  beforeAll(async () => void (browsing = await Browsing.start()));
  afterAll(() => browsing.stop());
  afterEach(async () => {
    expect(await page.evaluate(() => window.refused), 'refused by the content security policy').toEqual([]);
  });

  async function open(scene: SceneName): Promise<Page> {
    page = await browsing.open(scene);
    return page;
  }

  const named = (page: Page, name: string) => page.getByRole('dialog', { name });
  const sent = (page: Page) => page.evaluate(() => window.fake.sent);

  describe('with a password', () => {
    test('are opened with Enter, which goes no step further', async () => {
      const page = await open('lockedFile');
      await chooseKey(page);
      await page.getByLabel('Password of the file').fill('open sesame');
      await page.keyboard.press('Enter');
      await page.getByText('It never left this computer').waitFor();
      expect(await page.getByText('Which apps is this key for?').count()).toBe(0);
    });

    test('leave no password in the page, right or wrong', async () => {
      const page = await open('lockedFile');
      await chooseKey(page);
      await typePassword(page, 'wrong');
      await page.getByText('That is not its password').waitFor();
      const input = page.getByLabel('Password of the file');
      expect(await input.inputValue()).toBe('');
      expect(await input.getAttribute('type')).toBe('password');
      expect(await input.evaluate((element) => element === document.activeElement), 'ready for another try').toBe(true);
    });

    test('can be given up on while they open', async () => {
      const page = await open('slowFile');
      await chooseKey(page);
      await typePassword(page, 'open sesame');
      await button(page, 'Stop').waitFor();
      expect(await page.getByLabel('Password of the file').evaluate((element) => element === document.activeElement), 'the button that was pressed is gone').toBe(true);
      await button(page, 'Stop').click();
      await page.getByText('The file is still locked').waitFor();
      await button(page, 'Unlock').waitFor();
    });
  });

  describe('made here', () => {
    test('are saved first and sent after, and the person is told where', async () => {
      const page = await open('keys');
      await savePair(page);
      await page.getByText('Saved as private_key.pem in Documents').waitFor();
      expect(await sent(page), 'nothing before Add key').toEqual([]);
      expect(await button(page, 'Next').getAttribute('aria-disabled'), 'without the password').toBe('true');
      await button(page, 'Copy password').click();
      await button(page, 'Next').click();
      await page.getByLabel('All apps').check();
      await button(page, 'Next').click();
      await page.getByText('Made here').last().waitFor();
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).click();
      await named(page, 'Key added').getByText('The private key is saved as').waitFor();
      expect(await sent(page)).toHaveLength(1);
    });

    test('show their password only when asked', async () => {
      const page = await open('keys');
      await makePair(page);
      expect(await page.getByLabel('Protect the file with a password').evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await page.content()).not.toContain('hfq7w');
      await button(page, 'Show password').click();
      await page.getByText('hfq7w-mzk4t').waitFor();
      await button(page, 'Hide password').click();
      expect(await page.content()).not.toContain('hfq7w');
    });

    test('are not saved in an odd place before the person says so', async () => {
      const page = await open('oddPlace');
      await savePair(page);
      await page.getByRole('alert').getByText('Dropbox').waitFor();
      expect(await page.evaluate(() => window.fake.pairs.saved)).toEqual([]);
      await button(page, 'Choose another place').click();
      await page.getByText('Saved as private_key.pem').waitFor();
    });

    test('ask before their password is lost, and stay chosen after', async () => {
      const page = await open('keys');
      await savePair(page);
      await page.getByText('Note the password now').waitFor();
      await page.keyboard.press('Escape');
      await named(page, 'Close without the password?').getByRole('button', { name: 'Close all the same' }).click();
      await expect.poll(() => dialog(page).count()).toBe(0);
      expect(await page.evaluate(() => window.fake.pairs.forgotten)).toBe(1);
      await button(page, 'Add key').first().click();
      await page.getByText('Made here. Its private key is saved.').waitFor();
    });
  });

  describe('that arrive', () => {
    test('take the focus to what their check found', async () => {
      const page = await open('keys');
      await arrive(page, ['wetterfrosch_private.pem']);
      await button(page, 'Check…').click();
      await page.getByText('a signature made with it was right').waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('This is its private key');
    });

    test('say when their check found that they don’t fit, and take the focus there', async () => {
      const page = await open('keys');
      await checkRefuted(page);
      await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('No, this is not its private key.');
      expect(await button(page, 'Check…').count()).toBe(0);
    });

    test('are only identified; what fits starts by a click', async () => {
      const page = await open('keys');
      await arrive(page, ['papierkram_private.pem']);
      await named(page, 'What this file is').getByText('belongs to no key of this account').waitFor();
      await button(page, 'Add key').last().click();
      await named(page, 'Add key').getByText('It never left this computer').waitFor();
    });

    test('lead to their key', async () => {
      const page = await open('keys');
      await arrive(page, ['marketplace_public.pem']);
      await button(page, 'Show key').click();
      await page.getByRole('complementary').getByText('Main marketplace key').first().waitFor();
    });

    test('lead to a new pair where Apple needs another kind', async () => {
      const page = await open('keys');
      await arrive(page, ['id_server_2019.key']);
      await button(page, 'Create a new pair').click();
      await named(page, 'Add key').getByText('Protect the file with a password').waitFor();
    });

    test('connect an account where there is none yet', async () => {
      const page = await open('fresh');
      await arrive(page, ['AuthKey_7WJ3QN8XKD.p8']);
      await button(page, 'Connect an account').click();
      await page.getByRole('heading', { name: 'Connect an account' }).waitFor();
      await page.getByText('AuthKey_K7M2Q9XW4D.p8').waitFor();
    });

    test('while a key is added are taken as that key, one at a time', async () => {
      const page = await open('keys');
      await button(page, 'Add key').first().click();
      await arrive(page, ['papierkram_public.pem', 'papierkram_private.pem']);
      await page.getByRole('alert').getByText('Several files were dropped at once').waitFor();
      await arrive(page, ['papierkram_public.pem']);
      await page.getByText('Confirm it by voice').waitFor();
    });
  });

  test('a second key that Apple refuses leads to replacing the first', async () => {
    const page = await open('secondKey');
    await toDone(page);
    await button(page, 'Replace…').last().click();
    await expect.poll(() => named(page, 'Add key').count()).toBe(0);
    await dialog(page).getByText('Planned change').waitFor();
  });
});
