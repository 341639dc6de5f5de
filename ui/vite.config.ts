import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// `--mode fake` builds the window on its in-memory backend, for the browser tests. It never lies in dist.
export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  build: {
    outDir: mode === 'fake' ? '../target/ui-fake' : 'dist',
    emptyOutDir: true,
    rolldownOptions: { input: mode === 'fake' ? 'fake.html' : 'index.html' },
    target: 'safari15',
    // The content security policy allows no inline script and no `data:` font or style.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: {
    globalSetup: 'tests/served.ts',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
}));
