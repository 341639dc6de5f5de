// What one presses, fills in and reads, by its accessible name.

import type { Page } from 'playwright-core';

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const dialog = (page: Page) => page.getByRole('dialog');
export const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });
