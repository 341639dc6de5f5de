// A browser for the tests of the window, and the window in it.

import { chromium, type Browser, type Page } from 'playwright-core';
import { inject } from 'vitest';
import type { FakeBackend } from '../src/fake';
import type { Hostility } from '../src/fake/hostile';
import type { SceneName } from '../src/fake/scenes';
import { chromiumPath } from './chromium';

export { chromiumPath };

declare global {
  interface Window {
    fake: FakeBackend;
    /** What the content security policy refused. */
    refused: string[];
  }
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Look {
  readonly width?: number;
  readonly height?: number;
  /** 200 % text. */
  readonly large?: boolean;
  /** Every name and text is written to do harm. */
  readonly hostile?: Hostility;
}

export class Browsing {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async start(): Promise<Browsing> {
    // Playwright gives it an empty folder of its own.
    const browser = await chromium.launch({ executablePath: chromiumPath as string, args: flags });
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.addInitScript(() => {
      window.refused = [];
      document.addEventListener('securitypolicyviolation', (event) => window.refused.push(`${event.violatedDirective} ${event.blockedURI}`));
    });
    return new Browsing(browser, page);
  }

  stop(): Promise<void> {
    return this.browser.close();
  }

  /** The window, opened anew in a state. */
  async open(scene: SceneName, { width = 1080, height = 720, large = false, hostile }: Look = {}): Promise<Page> {
    const { page } = this;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${inject('served')}/fake.html?fake=${scene}&pace=0${hostile ? `&hostile=${hostile}` : ''}`);
    if (large) await page.evaluate(() => void document.documentElement.style.setProperty('font-size', '200%'));
    await page.locator('main').first().waitFor();
    return page;
  }
}
