// What one presses, fills in and reads, by its accessible name; and what has to be scrolled sideways.

import type { Page } from 'playwright-core';

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const dialog = (page: Page) => page.getByRole('dialog');
export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** What would have to be scrolled sideways to be read. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element);
        return (overflowX === 'auto' || overflowX === 'scroll' || element === document.documentElement) && element.scrollWidth > element.clientWidth + 1;
      })
      .map((element) => `${element.tagName} ${element.className}`),
  );
