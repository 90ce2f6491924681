import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { Plugin, ProxyOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import { licences } from './scripts/licences';

const address = process.env['STUDIO_ADDRESS'] ?? 'http://127.0.0.1:7420';

/** Studio answers only what its own page asks, so what comes through here must look like it. */
const proxy: ProxyOptions = {
  target: address,
  changeOrigin: true,
  ws: true,
  configure(server) {
    server.on('proxyReq', (request) => {
      if (request.hasHeader('origin')) request.setHeader('origin', address);
      if (request.hasHeader('sec-fetch-site')) request.setHeader('sec-fetch-site', 'same-origin');
    });
    server.on('proxyReqWs', (request) => request.setHeader('origin', address));
  },
};

/** Every browser that can show the page reads WOFF2: the formulas bring their fonts in two more formats. */
const oneFontFormat: Plugin = {
  name: 'one-font-format',
  enforce: 'pre',
  transform(code, id) {
    if (!/katex[^?]*\.css/.test(id)) return null;
    return { code: code.replace(/,url\([^)]*\.(woff|ttf)\) format\("[a-z]+"\)/g, ''), map: null };
  },
};

export default defineConfig({
  plugins: [oneFontFormat, sveltekit(), svelteTesting(), licences(['swagger-ui-dist'])],
  // The policy of the page lets no font or script in that is written as a data: address.
  build: { assetsInlineLimit: 0 },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/openapi.json', '/docs', '/swagger', '/health', '/v1'].map((path) => [path, proxy]),
    ),
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    // A busy machine is no failure.
    testTimeout: 60_000,
    restoreMocks: true,
    // One page for all files of a worker: making a new one for each takes longer than the tests.
    isolate: false,
  },
});
