// What the app ships: built here, not written.

import { join } from 'node:path';
import { build } from 'vite';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

interface Output {
  fileName: string;
  code?: string;
  source?: string | Uint8Array;
}

test('the app holds nothing of the fake, no inline script or style, and one style sheet', async () => {
  const built = await build({ root, logLevel: 'error', configFile: join(root, 'vite.config.ts'), build: { write: false } });
  const output = (built as unknown as { output: Output[] }).output;
  const page = String(output.find(({ fileName }) => fileName === 'index.html')?.source);
  const script = output.map(({ code }) => code ?? '').join('');

  expect(script).toContain('choose_file');
  expect(script, 'the fake’s data').not.toContain('papierkram');
  expect(page, 'an inline script').not.toMatch(/<script(?![^>]*\bsrc=)/);
  expect(page, 'an inline style').not.toMatch(/<style|style=/);
  expect(script, 'a style attribute in a template').not.toMatch(/<\w+[^>]* style="/);
  expect(output.filter(({ fileName }) => fileName.endsWith('.css'))).toHaveLength(1);
});
