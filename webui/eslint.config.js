import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Which part may import which: routes > shell > features > actions, markdown > ui > i18n, api. */
const direction = (files, refused) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: refused }] }] },
});

export default defineConfig(
  {
    ignores: [
      '.svelte-kit/',
      'build/',
      'node_modules/',
      'src/lib/api/schema.ts',
      'static/swagger/swagger-ui-bundle.js',
    ],
  },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  prettier,
  svelte.configs.prettier,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.js', 'static/swagger/*.js'] },
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // Maps and sets here are replaced whole, or are nothing that is shown.
      'svelte/prefer-svelte-reactivity': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Studio lives at the root of its address, always.
      'svelte/no-navigation-without-resolve': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ['**/*.js'], extends: [ts.configs.disableTypeChecked] },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // What a component is, only svelte-check knows: to the linter it is `any`.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  direction(
    ['src/lib/api/**', 'src/lib/i18n/**'],
    ['$lib/ui/*', '$lib/markdown/*', '$lib/actions/*', '$lib/features/*', '$lib/shell/*'],
  ),
  direction(
    ['src/lib/ui/**', 'src/lib/markdown/**', 'src/lib/actions/**'],
    ['$lib/features/*', '$lib/shell/*', '$lib/api/*'],
  ),
  direction(['src/lib/features/**'], ['$lib/shell/*']),
);
