// A browser for the tests of the window, and the window in it.

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { build } from 'vite';
import type { FakeBackend } from '../src/fake';
import type { Hostility } from '../src/fake/hostile';
import type { SceneName } from '../src/fake/scenes';
import { serve } from './serve';

declare global {
  interface Window {
    fake: FakeBackend;
    /** What the content security policy refused. */
    refused: string[];
  }
}

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** `undefined`: there is none on this computer, and what needs it is skipped. */
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path));

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
    private readonly server: { url: string; close: () => void },
    private readonly folder: string,
  ) {}

  static async start(): Promise<Browsing> {
    const root = join(import.meta.dirname, '..');
    // A folder of its own: two runs at once don't take it from each other.
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-ui-'));
    await build({ root, mode: 'fake', logLevel: 'error', configFile: join(root, 'vite.config.ts'), build: { outDir: folder } });
    const server = await serve(folder);
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
    return new Browsing(browser, page, server, folder);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.folder, { recursive: true });
  }

  /** The window, opened anew in a state. */
  async open(scene: SceneName, { width = 1080, height = 720, large = false, hostile }: Look = {}): Promise<Page> {
    const { page } = this;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${this.server.url}/fake.html?fake=${scene}&pace=0${hostile ? `&hostile=${hostile}` : ''}`);
    if (large) await page.evaluate(() => void document.documentElement.style.setProperty('font-size', '200%'));
    await page.locator('main').first().waitFor();
    return page;
  }
}
