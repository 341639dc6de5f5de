// Names and texts that were written to do harm: in every place they are shown as text, inside their box.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Hostility } from '../src/fake/hostile';
import { Browsing, chromiumPath, type Look } from './browser';
import { button, states, tooWide, type State } from './states';

const source = join(import.meta.dirname, '../src');

test('no source makes markup or code of a text', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(svelte|ts)$/.test(file) && !file.includes('bindings') && !file.startsWith('fake'));
  expect(files.length).toBeGreaterThan(100);
  const markup = /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function|javascript:/;
  expect(files.filter((file) => markup.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
});

const openFirstKey = (page: Page) => page.getByRole('row').nth(1).getByRole('button').first().click();

const own: Record<string, State> = {
  'keys, their table': { scene: 'keys', shows: 'All apps' },
  'keys, the first open': { scene: 'keys', enter: openFirstKey, shows: 'Copy message for the engineer' },
  'keys, the first being removed': {
    scene: 'keys',
    enter: async (page) => {
      await openFirstKey(page);
      await button(page, 'Remove…').click();
    },
    shows: 'What stops working',
  },
};

const smallest = { width: 760, height: 540 };
const looks: Record<Hostility, Look> = { markup: {}, long: smallest, zalgo: smallest };

const known = [
  'keys, partly read',
  'keys, refused',
  'keys, read by a company',
  'keys, another host',
  'keys, what to do about news',
  'removal lost, from the last time',
  'replace, waits',
  'replace, hand over',
  'replace, remove the old',
  'apps',
  'activity, all accounts, one open',
  'settings',
  'settings, check refused',
  'account menu',
  'disconnect',
  'add, use for one app',
  'the right company?',
  'files, one of every kind',
  'all accounts, looked at',
  'a copy to bring in',
  'connection, an own proxy',
  'diagnosis, its report',
  'everything',
  'everything, private keys',
  'records set aside',
];

/** What is told by a text that is itself written to do harm here. */
const unsaid = new Set(['keys, refused', 'activity, all accounts, one open']);
const places: Record<string, State> = { ...own, ...Object.fromEntries(known.map((name) => [name, states[name] as State])) };

describe.skipIf(chromiumPath === undefined)('a text written to do harm', () => {
  let browsing: Browsing;
  let page: Page;

  beforeAll(async () => void (browsing = await Browsing.start()));
  afterAll(() => browsing.stop());
  afterEach(async () => {
    expect(await page.evaluate(() => window.refused), 'tried, and refused by the content security policy').toEqual([]);
  });

  async function enter(name: string, look: Look): Promise<void> {
    const { scene, enter, shows } = places[name] as State;
    page = await browsing.open(scene, look);
    await enter?.(page);
    if (!unsaid.has(name)) await page.getByText(shows).first().waitFor({ state: 'attached' });
  }

  /** What of the page is not as the app made it. */
  const harmed = () =>
    page.evaluate(() => {
      const odd = [...document.querySelectorAll('script, style, iframe, object, embed, base, meta[http-equiv], img, b')]
        .filter((element) => (element.tagName === 'IMG' ? element.getAttribute('src') === 'x' : element.tagName === 'B' ? element.textContent === 'bold' : !document.head.contains(element)))
        .map((element) => element.outerHTML.slice(0, 80));
      if ('hacked' in window) odd.push('a script ran');
      if (document.title !== 'Latchkey') odd.push(`the title is ${document.title.slice(0, 80)}`);
      return odd;
    });

  /** What sticks out of its box, or took the room of what one needs. */
  const outOfPlace = () =>
    page.evaluate(() => {
      const seen = (element: Element) => element.getClientRects().length > 0 && element.closest('.hidden, svg, option') === null;
      const out = [...document.querySelectorAll('body *')]
        .filter((element) => {
          const { overflowX, display } = getComputedStyle(element);
          return seen(element) && overflowX === 'visible' && !/inline(?!-)|contents|none/.test(display) && element.scrollWidth > element.clientWidth + 2 && element.clientWidth > 0;
        })
        .map((element) => `${element.tagName} ${element.className} is wider than its box`);
      for (const element of document.querySelectorAll('.foot .button, nav a, main footer')) {
        const { bottom, right } = element.getBoundingClientRect();
        const behind = element.closest('dialog') === null && document.querySelector('dialog[open]') !== null;
        if (seen(element) && !behind && (bottom > innerHeight + 1 || right > innerWidth + 1)) out.push(`${element.textContent?.trim().slice(0, 40)} is out of sight`);
      }
      for (const element of document.querySelectorAll('[role="status"]')) {
        if ((element.textContent ?? '').length > 1500) out.push(`${(element.textContent ?? '').length} characters are read out`);
      }
      return out;
    });

  /** What is out of place there, though it is in place with harmless texts. */
  async function outOfPlaceByHarm(name: string, look: Look): Promise<readonly string[]> {
    const out = await outOfPlace();
    if (out.length === 0) return out;
    await enter(name, look);
    const harmless = await outOfPlace();
    return out.filter((one) => !harmless.includes(one));
  }

  describe.each(Object.entries(looks) as [Hostility, Look][])('is a text, in its box: %s', (hostile, look) => {
    test.each(Object.keys(places))('%s', async (name) => {
      await enter(name, { ...look, hostile });
      expect([...(await harmed()), ...(await tooWide(page)), ...(await outOfPlaceByHarm(name, look))]).toEqual([]);
    });
  });
});
