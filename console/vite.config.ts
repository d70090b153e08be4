// SPDX-License-Identifier: Apache-2.0
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const daemon = process.env['MADOGUCHI_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/app/',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // light-dark()
    // The policy forbids what is inline: no data: fonts, no preload helper that writes styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // For `tools/console.sh dev`: what is not the console's own is the daemon's.
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': daemon, '/mail-img': daemon },
  },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
});
