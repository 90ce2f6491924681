import { describe, expect, test } from 'vitest';
import type { OfferedModel, Provider } from '$lib/api/shapes';
import { groupsOf } from './model-choices';

const words = { builtin: 'Built-in rules', none: 'no model' };
const provider = (name: string): Provider => ({
  name,
  protocol: 'openai',
  base_url: '',
  api_key: '',
  model: '',
  models: [],
  active: false,
  detected: false,
  installed: false,
  version: '',
  outdated: false,
  status: 'ok',
});
const model = (of: string, name: string): OfferedModel => ({
  provider: of,
  name,
  context_window: null,
  prices: null,
  above: null,
  prices_above: null,
});
const providers = ['anthropic', 'custom', 'builtin'].map(provider);
const models = [model('anthropic', 'claude-sonnet-4-5'), model('anthropic', 'claude-opus-4-5')];

const shown = (query: string) =>
  groupsOf(providers, models, { query, words }).map(({ title, choices }) => [
    title,
    ...choices.map(({ label }) => label),
  ]);

describe('the models to choose from', () => {
  test('are grouped by their providers, one without models too', () => {
    expect(shown('')).toEqual([
      ['Anthropic', 'claude-sonnet-4-5', 'claude-opus-4-5'],
      ['custom', 'no model'],
      ['Built-in rules', 'Built-in rules'],
    ]);
  });

  test('are found by some of their letters', () => {
    expect(shown('opus')).toEqual([['Anthropic', 'claude-opus-4-5']]);
    expect(shown('rules')).toEqual([['Built-in rules', 'Built-in rules']]);
    expect(shown('zzz')).toEqual([]);
  });

  test('are found by their provider too', () => {
    expect(shown('anthropic sonnet')).toEqual([['Anthropic', 'claude-sonnet-4-5']]);
  });

  test('can be told apart', () => {
    const ids = groupsOf(providers, models, { query: '', words }).flatMap(({ choices }) =>
      choices.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(4);
  });
});
