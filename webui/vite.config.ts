import { sveltekit } from '@sveltejs/kit/vite';
import { svelteTesting } from '@testing-library/svelte/vite';
import type { ProxyOptions } from 'vite';
import { defineConfig } from 'vitest/config';

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

export default defineConfig({
  plugins: [sveltekit(), svelteTesting()],
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
