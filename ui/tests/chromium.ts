// The browser of this computer that the tests of the window use.

import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** `undefined`: there is none, and what needs it is skipped. */
export const chromiumPath = places.find((path) => path !== undefined && existsSync(path));
