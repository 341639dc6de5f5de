// The window in a browser, on its fake backend and under the app's content security policy.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SceneName } from '../src/fake/scenes';
import { Browsing, chromiumPath, type Look } from './browser';
import { button, chooseKey, dialog, field, fillConnect, states, toCheck, toConnected, toDone, toUseFor, tooWide, type State } from './states';

if (chromiumPath === undefined) console.warn('SKIPPED: the window’s browser tests. No Chromium here; name one in CHROMIUM.');

describe.skipIf(chromiumPath === undefined)('the window', () => {
  let browsing: Browsing;

  beforeAll(async () => void (browsing = await Browsing.start()));
  afterAll(() => browsing.stop());
  let page: Page;
  afterEach(async () => {
    expect(await page.evaluate(() => window.refused), 'refused by the content security policy').toEqual([]);
  });

  async function open(scene: SceneName, look?: Look): Promise<Page> {
    page = await browsing.open(scene, look);
    return page;
  }

  async function enter({ scene, enter, shows }: State, look?: Look): Promise<Page> {
    const page = await open(scene, look);
    await enter?.(page);
    await page.getByText(shows).first().waitFor();
    return page;
  }

  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '');
  const copied = (page: Page) => page.evaluate(() => window.fake.copied);
  const sent = (page: Page) => page.evaluate(() => window.fake.sent);

  /** Presses Tab until the control that has this name has the focus. */
  async function tabTo(page: Page, name: string) {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => {
        const element = document.activeElement;
        const labelled = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent?.trim() : undefined;
        return labelled ?? element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
      });
      if (here === name) return;
    }
    throw new Error(`Tab never came to ${name}`);
  }

  describe('axe finds nothing wrong', () => {
    test.each(Object.entries(states))('%s', async (_, state) => {
      const page = await enter(state);
      await page.evaluate(axe.source);
      const violations = async (rules?: string[]) => {
        const found = await page.evaluate(
          (runOnly) => (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'], ...(runOnly && { runOnly }) }),
          rules,
        );
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      };
      expect(await violations()).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(['color-contrast']), 'in the dark').toEqual([]);
    });
  });

  describe('nothing is cut off sideways', () => {
    const looks: [string, Look][] = [
      ['at the smallest size', { width: 760, height: 540 }],
      ['with text twice as large', { large: true }],
      ['with both', { width: 760, height: 540, large: true }],
    ];
    test.each(looks)('%s', async (_, look) => {
      for (const name of ['first start', 'connect, odd entries', 'keys', 'keys, one open', 'keys, refused', 'add, a private key', 'add, a new pair in an odd place', 'add, closing without the password', 'files, one of every kind', 'add, use for one app', 'add, check', 'add, done', 'lost, looking'] as const) {
        const page = await enter(states[name] as State, look);
        expect(await tooWide(page), name).toEqual([]);
      }
    });
  });

  describe('connecting', () => {
    test('fills in what the file name says, asks once, and shows whose apps they are', async () => {
      const page = await open('fresh');
      await fillConnect(page);
      expect(await field(page, 'API key ID').inputValue()).toBe('K7M2Q9XW4D');
      await button(page, 'Connect').click();
      await page.getByText('This API key sees 12 apps').waitFor();
      await page.getByText('is still in Downloads').waitFor();
      expect(await page.evaluate(() => window.fake.connects)).toMatchObject([{ draft: 'api-key-1', kind: 'team', name: 'Lindqvist & Haas', unusualIsRight: false }]);
      await button(page, 'Yes, show the keys').click();
      await page.getByRole('heading', { name: 'Keys' }).waitFor();
    });

    test('keeps everything that was entered when Apple refuses', async () => {
      const page = await open('notAccepted');
      await toConnected(page);
      await page.getByRole('alert').getByText('Nothing was stored').waitFor();
      expect(await field(page, 'API key ID').inputValue()).toBe('K7M2Q9XW4D');
      expect(await field(page, 'Account name').inputValue()).toBe('Lindqvist & Haas');
      await page.getByText('AuthKey_K7M2Q9XW4D.p8').waitFor();
      await button(page, 'Try again').click();
      await page.getByText('This API key sees').waitFor();
    });

    test('says beside the field what is odd, and goes on with what the person knows to be right', async () => {
      const page = await open('badForm');
      await toConnected(page);
      await button(page, 'It is right, connect with it').waitFor();
      await button(page, 'Use 57c1e6de-0a4b-4f19-b2c7-6d0f83aa5e12').click();
      expect(await field(page, 'Issuer ID').getAttribute('aria-invalid'), 'what was found is settled').toBeNull();
      await button(page, 'It is right, connect with it').click();
      await page.getByText('This API key sees').waitFor();
      expect((await page.evaluate(() => window.fake.connects)).at(-1)?.unusualIsRight).toBe(true);
    });

    test('has no issuer ID for an individual key', async () => {
      const page = await open('fresh');
      await button(page, 'Connect your App Store Connect account').click();
      await page.getByLabel('Individual key').check();
      expect(await field(page, 'Issuer ID').count()).toBe(0);
    });

    test('disconnects another company’s key again', async () => {
      const page = await open('fresh');
      await toConnected(page);
      await button(page, 'No, disconnect').click();
      await button(page, 'Connect').waitFor();
      expect(await field(page, 'Account name').inputValue()).toBe('Lindqvist & Haas');
      expect(await field(page, 'API key ID').inputValue()).toBe('');
      expect(await page.getByText('AuthKey_K7M2Q9XW4D.p8').count(), 'the file is no longer held').toBe(0);
    });

    test('can be cancelled while Apple is asked; an account that comes late is announced', async () => {
      const page = await open('keys');
      await page.getByRole('button', { name: 'Account:' }).click();
      await page.getByRole('menuitem', { name: 'Connect another account…' }).click();
      await button(page, 'Choose API key file…').click();
      await field(page, 'Account name').fill('Late & Co');
      await page.evaluate(() => {
        const { fake } = window;
        const connect = fake.connect.bind(fake);
        fake.connect = async (form) => {
          await new Promise((answer) => addEventListener('answer', answer, { once: true }));
          const connected = await connect(form);
          return { ...connected, account: { ...connected.account, id: 'a-late' } };
        };
      });
      await button(page, 'Connect').click();
      await button(page, 'Cancel').click();
      await page.getByRole('heading', { name: 'Keys' }).waitFor();
      await page.evaluate(() => dispatchEvent(new Event('answer')));
      await page.getByText('Late & Co is connected').waitFor();
      await page.getByRole('button', { name: 'Account: Lindqvist & Haas' }).waitFor();
    });

    test('takes a file that is dropped on it', async () => {
      const page = await open('fresh');
      await button(page, 'Connect your App Store Connect account').click();
      await page.evaluate(() => window.fake.files.arrive(['AuthKey_7WJ3QN8XKD.p8']));
      await page.getByText('AuthKey_K7M2Q9XW4D.p8').waitFor();
    });
  });

  describe('keys', () => {
    test('are searched over all columns', async () => {
      const page = await open('keys');
      await page.getByLabel('Search').fill('jonas wetter');
      expect(await page.getByRole('row').count(), 'the head and one row').toBe(2);
      await page.getByText('1 of 8 keys · as of').waitFor();
    });

    test('are searched from the keyboard', async () => {
      const page = await open('keys');
      await page.keyboard.press('Control+f');
      await page.keyboard.type('kiosk');
      await page.getByText('1 of 8 keys · as of').waitFor();
    });

    test('are sorted by any column, and said to be', async () => {
      const page = await open('keys');
      await button(page, 'Name').click();
      expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
      expect(await page.getByRole('row').nth(1).textContent()).toContain('電車');
      await button(page, 'Used for').click();
      expect(await page.getByRole('columnheader', { name: 'Used for' }).getAttribute('aria-sort')).toBe('ascending');
    });

    test('are gone through with the arrow keys', async () => {
      const page = await open('keys');
      await button(page, 'Main marketplace key').focus();
      await page.keyboard.press('ArrowDown');
      expect(await focused(page)).toBe('Wetterfrosch website');
      await page.keyboard.press('Home');
      expect(await focused(page)).toBe('Fahrgemeinschaft 2026');
    });

    test('hold their IDs whole, whatever is shown of them', async () => {
      const page = await open('keys');
      const text = await page.getByRole('row', { name: /Wetterfrosch/ }).textContent();
      expect(text).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/);
      expect(text).toMatch(/([0-9a-f]{4} ){15}[0-9a-f]{4}/);
    });

    test('never move when one becomes known', async () => {
      const page = await open('searching');
      await page.getByText('Checked 41 of 63 apps').waitFor();
      const tops = () => page.getByRole('row').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
      const before = await tops();
      await button(page, 'Stop').click();
      await page.getByText('Stopped', { exact: true }).first().waitFor();
      expect(await tops()).toEqual(before);
      expect(new Set(before.slice(2).map((top, index) => top - (before[index + 1] ?? 0))).size, 'rows of one height').toBe(1);
    });

    test('open in a panel that copies, and gives the focus back', async () => {
      const page = await open('keys');
      await button(page, 'Wetterfrosch website').click();
      await button(page, 'Copy distribution key ID').click();
      await button(page, 'Copy the command that prints it').click();
      const [id, command] = await copied(page);
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      expect(command).toBe('openssl pkey -pubin -in public_key.pem -outform DER | openssl dgst -sha256');
      await page.keyboard.press('Escape');
      expect(await page.getByRole('complementary').count()).toBe(0);
      expect(await focused(page)).toBe('Wetterfrosch website');
    });

    test('as last seen stay below a refusal', async () => {
      const page = await open('refused');
      await page.getByRole('alert').waitFor();
      await button(page, 'Main marketplace key').waitFor();
      expect(await button(page, 'Add key').isDisabled()).toBe(true);
      await page.getByText('as of yesterday').waitFor();
    });

    test('can be read anew after Stop, with the same button', async () => {
      const page = await open('searching');
      await button(page, 'Stop').click();
      await button(page, 'Refresh').waitFor();
      expect(await page.getByText('Stopping…').count()).toBe(0);
      expect(await focused(page)).toBe('Refresh');
    });

    test('that can’t be copied say so until that is closed', async () => {
      const page = await open('keys');
      await page.evaluate(() => (window.fake.copy = () => Promise.reject({ code: 'notCopied', facts: { detail: 'no clipboard' }, at: 0 })));
      await button(page, 'Wetterfrosch website').click();
      await expect.poll(() => focused(page)).toBe('Wetterfrosch website');
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
      await button(page, 'Copy distribution key ID').click();
      const alert = page.getByRole('alert');
      await alert.getByText('The clipboard did not take the text.').waitFor();
      expect(await page.getByText('Copied', { exact: true }).count()).toBe(0);
      await alert.getByRole('button', { name: 'Close' }).click();
      expect(await alert.count()).toBe(0);
    });

    test('in the hundreds come within a second', async () => {
      const page = await open('many');
      await page.getByText('300 keys · as of').waitFor();
      const start = Date.now();
      await page.getByLabel('Search').fill('App 87');
      await page.getByText(/of 300 keys · as of/).waitFor();
      expect(Date.now() - start).toBeLessThan(1000);
    });
  });

  describe('adding a key', () => {
    const spoken = async (page: Page) => page.evaluate(async () => (await window.fake.goOnWithoutConfirming()).slice(0, 5).join(' '));

    test('with the mouse: confirmed by voice, for one app, sent once', async () => {
      const page = await open('keys');
      await chooseKey(page);
      expect(await dialog(page).textContent(), 'the groups are not to be read off').not.toContain((await spoken(page)).slice(0, 4));
      expect(await button(page, 'Next').isDisabled()).toBe(true);
      await field(page, 'First five groups, as you hear them').fill(await spoken(page));
      await field(page, 'Who read it to you').fill('Jonas Weidner');
      await button(page, 'Next').click();
      await page.getByRole('combobox', { name: 'Search' }).fill('1606604217');
      await page.getByRole('option', { name: /Papierkram/ }).click();
      await button(page, 'Next').click();
      await page.getByText('By voice, with Jonas Weidner').waitFor();
      await field(page, 'Name').fill('Papierkram website');
      await dialog(page).getByRole('button', { name: 'Add key', exact: true }).dblclick();
      await page.getByText('Papierkram website is registered with Apple for Papierkram.').waitFor();
      expect(await sent(page)).toEqual([{ account: 'a-company', key: 'key-file-1-1', scope: { for: 'oneApp', app: '1606604217' }, work: null }]);
      await button(page, 'Copy message for the engineer').click();
      expect((await copied(page))[0]).toMatch(/^Our alternative distribution key[\s\S]*kid/);
      await button(page, 'Done').click();
      await button(page, 'Papierkram website').waitFor();
      expect(await focused(page), 'the focus is where it came from').toBe('Add key');
    });

    test('with the keyboard alone', async () => {
      const page = await open('keys');
      await tabTo(page, 'Add key');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter'); // Choose key file… has the focus.
      await field(page, 'First five groups, as you hear them').waitFor();
      await page.keyboard.type(await spoken(page));
      await page.keyboard.press('Tab');
      await page.keyboard.type('Jonas Weidner');
      await page.keyboard.press('Enter');
      await page.getByRole('listbox').waitFor();
      await page.keyboard.type('papier');
      await page.keyboard.press('ArrowDown');
      await expect.poll(() => button(page, 'Next').isEnabled()).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByText('Apple gets this public key').waitFor();
      await tabTo(page, 'Add key');
      await expect.poll(() => dialog(page).getByRole('button', { name: 'Add key', exact: true }).isEnabled()).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByText('Read back from Apple').waitFor();
      await page.keyboard.press('Enter'); // Copy message for the engineer has the focus.
      await page.getByText('Copied').waitFor();
      expect(await copied(page)).toHaveLength(1);
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(0);
      expect(await focused(page)).toBe('Add key');
    });

    test('is not sent by a double click on Next', async () => {
      const page = await open('keys');
      await toUseFor(page);
      await page.getByRole('combobox', { name: 'Search' }).fill('papier');
      await page.getByRole('option').first().click();
      await button(page, 'Next').dblclick({ delay: 150 });
      await page.getByText('Apple gets this public key').waitFor();
      await expect.poll(() => dialog(page).getByRole('button', { name: 'Add key', exact: true }).isEnabled()).toBe(true);
      expect(await sent(page)).toEqual([]);
    });

    test('keeps what was chosen when the dialog is closed with Escape', async () => {
      const page = await open('keys');
      await toUseFor(page);
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(0);
      await button(page, 'Add key').click();
      await page.getByRole('listbox').waitFor();
      await button(page, 'Back').click();
      await page.getByText('papierkram_public.pem').waitFor();
    });

    test('leaves Escape and Enter to an input method', async () => {
      const page = await open('keys');
      await toUseFor(page);
      for (const init of [{ isComposing: true }, { keyCode: 229 }]) {
        await page.evaluate((more) => document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true, ...more })), init);
        expect(await dialog(page).count()).toBe(1);
      }
    });

    test('names a letter that no fingerprint has, below the field', async () => {
      const page = await open('keys');
      await chooseKey(page);
      await field(page, 'First five groups, as you hear them').fill('c4eb O26c');
      await page.getByRole('alert').getByText('Is O a zero?').waitFor();
    });

    test('is confirmed by voice after all', async () => {
      const page = await open('keys');
      await toUseFor(page);
      await button(page, 'Back').click();
      await button(page, 'Confirm it by voice after all').click();
      expect(await dialog(page).textContent()).not.toContain((await spoken(page)).slice(0, 4));
      await field(page, 'First five groups, as you hear them').fill(await spoken(page));
      await field(page, 'Who read it to you').fill('Jonas Weidner');
      await button(page, 'Next').click();
      await page.getByRole('listbox').waitFor();
    });

    test('takes the one statement back when it is unticked', async () => {
      const page = await open('privateFile');
      await chooseKey(page);
      await page.getByLabel('It never left this computer').check();
      await button(page, 'Next').click();
      await button(page, 'Back').click();
      await expect.poll(() => button(page, 'Next').isEnabled()).toBe(true);
      await page.getByLabel('It never left this computer').uncheck();
      expect(await button(page, 'Next').isDisabled()).toBe(true);
    });

    test('of an account without keys leaves the focus on the page', async () => {
      const page = await open('empty');
      await toDone(page);
      await page.getByText('Read back from Apple').waitFor();
      await button(page, 'Done').click();
      await expect.poll(() => focused(page)).toBe('Keys');
    });

    test('keeps what was chosen on the way back', async () => {
      const page = await open('keys');
      await toCheck(page);
      await button(page, 'Back').click();
      expect(await page.getByRole('option', { selected: true }).textContent()).toContain('Papierkram');
      await button(page, 'Back').click();
      await page.getByText('papierkram_public.pem').waitFor();
      await dialog(page).getByText('Not confirmed').waitFor();
      await button(page, 'Next').click();
      await button(page, 'Next').click();
      expect(await field(page, 'Name').inputValue()).toBe('Papierkram');
    });

    test('goes no further while the fingerprint is another', async () => {
      const page = await enter(states['add, another fingerprint'] as State);
      expect(await page.getByRole('alert').textContent()).toContain('Nothing was sent');
      expect(await field(page, 'First five groups, as you hear them').inputValue(), 'what was typed stays').toBe('0000 1111 2222 3333 4444');
      expect(await sent(page)).toEqual([]);
    });

    test('of a private key file asks for the one statement', async () => {
      const page = await open('privateFile');
      await chooseKey(page);
      expect(await button(page, 'Next').isDisabled()).toBe(true);
      await page.getByLabel('It never left this computer').check();
      await button(page, 'Next').click();
      await page.getByRole('listbox').waitFor();
    });

    test('sends nothing when the key is there already', async () => {
      const page = await open('already');
      await toCheck(page);
      await page.getByText('Already registered, distribution key ID').waitFor();
      await button(page, 'Done').click();
      expect(await sent(page)).toEqual([]);
    });

    test('goes on after Apple refused, with everything that was chosen', async () => {
      const page = await open('conflict');
      await toDone(page);
      await page.getByRole('alert').getByText('Nothing was registered').waitFor();
      await dialog(page).locator('summary').click();
      await page.getByRole('group').getByText('The public key is not accepted.').waitFor();
      expect(await field(page, 'Name').inputValue()).toBe('Papierkram');
    });

    test('can’t be left while the answer is on its way', async () => {
      const page = await open('sending');
      await toDone(page);
      await page.getByText('can’t be stopped').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      expect(await dialog(page).count()).toBe(1);
      expect(await button(page, 'Cancel').isDisabled()).toBe(true);
      await dialog(page).getByText('can’t be stopped').waitFor();
    });

    test('finds apps by Apple ID, in any case, without accents', async () => {
      const page = await open('keys');
      await toUseFor(page);
      const search = page.getByRole('combobox', { name: 'Search' });
      for (const [text, app] of [['6498813370', 'Mañana'], ['MANANA', 'Mañana'], ['densha', '電車'], ['haltestellen', 'Haltestellen-Monitor']] as const) {
        await search.fill(text);
        expect(await page.getByRole('option').allTextContents(), text).toEqual([expect.stringContaining(app)]);
      }
    });

    test('keeps the focus inside the dialog', async () => {
      const page = await open('keys');
      await chooseKey(page);
      for (let presses = 0; presses < 15; presses++) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null)).toBe(true);
      }
    });

    test('looks for a key whose answer got lost, and says what it found', async () => {
      const page = await open('lostArrived');
      await toDone(page);
      await page.getByRole('dialog', { name: 'It arrived' }).waitFor();
      expect(await sent(page), 'sent once').toHaveLength(1);
      await button(page, 'Done').click();
      await button(page, 'Papierkram website').waitFor();
    });

    test('leaves a lost key to be looked for while one does something else', async () => {
      const page = await open('lost');
      await toDone(page);
      await button(page, 'Close').click();
      await page.getByText('Latchkey is looking whether the key for Papierkram arrived.').waitFor();
      await button(page, 'Show').click();
      await button(page, 'Stop looking').click();
      await button(page, 'Look again').waitFor();
    });
  });

  describe('accounts', () => {
    test('are switched from the menu with the keyboard', async () => {
      const page = await open('keys');
      await page.getByRole('button', { name: 'Account:' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Account: カガミワークス' }).waitFor();
    });

    test('are disconnected by name, and the next one is shown', async () => {
      const page = await enter(states.disconnect as State);
      await page.getByRole('dialog', { name: 'Disconnect “Lindqvist & Haas”?' }).waitFor();
      await button(page, 'Disconnect').click();
      await page.getByRole('button', { name: 'Account: カガミワークス' }).waitFor();
    });

    test('of the sample say so wherever one is, and in what is copied', async () => {
      const page = await open('fresh');
      await button(page, 'Try the sample account').click();
      await page.getByText('Sample: nothing here reaches Apple').waitFor();
      await toDone(page);
      await dialog(page).getByText('Sample: nothing here reaches Apple').waitFor();
      await button(page, 'Copy message for the engineer').click();
      await button(page, 'Copy distribution key ID').click();
      for (const text of await copied(page)) expect(text).toMatch(/^SAMPLE/);
    });
  });
});
