import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  kit: {
    adapter: adapter({
      pages: '../studio/static',
      assets: '../studio/static',
      fallback: 'index.html',
      precompress: true,
    }),
    // The page is shown at any depth of path, and its files are where they are.
    paths: { relative: false },
  },
};
