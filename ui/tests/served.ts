// The window on its fake backend, built and served once for all tests that look at it in a browser.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { chromiumPath } from './chromium';
import { serve } from './serve';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the window is served. */
    served: string;
  }
}

export default async function (project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (chromiumPath === undefined) return undefined;
  const root = join(import.meta.dirname, '..');
  // A folder of its own: two runs at once don't take it from each other.
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-ui-'));
  await build({ root, mode: 'fake', logLevel: 'error', configFile: join(root, 'vite.config.ts'), build: { outDir: folder } });
  const server = await serve(folder);
  project.provide('served', server.url);
  return async () => {
    server.close();
    await rm(folder, { recursive: true });
  };
}
