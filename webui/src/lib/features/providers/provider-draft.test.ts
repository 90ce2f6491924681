import { describe, expect, test } from 'vitest';
import type { Provider } from '$lib/api/shapes';
import { CUSTOM, ProviderDraft } from './provider-draft.svelte';

const saved: Provider = {
  name: 'openai',
  protocol: 'openai',
  base_url: 'https://api.openai.com/v1',
  api_key: '***',
  model: 'large',
  models: ['large'],
  active: true,
  detected: false,
  installed: false,
  version: '',
  outdated: false,
  status: 'ok',
};

describe('a provider that is being typed', () => {
  test('a known one needs nothing but what was typed', () => {
    const draft = new ProviderDraft(null, 'ollama');
    draft.model = ' llama ';
    expect(draft.isReady).toBe(true);
    expect(draft.body).toEqual({ name: 'ollama', model: 'llama', active: true });
  });

  test('one of its own name needs an address', () => {
    const draft = new ProviderDraft(null, '');
    draft.which = CUSTOM;
    draft.name = 'mine';
    expect(draft.isReady).toBe(false);
    draft.address = 'http://127.0.0.1:9955/v1';
    draft.activate = false;
    expect(draft.isReady).toBe(true);
    expect(draft.body).toEqual({
      name: 'mine',
      protocol: 'openai',
      base_url: 'http://127.0.0.1:9955/v1',
      model: '',
    });
    draft.name = 'Not Allowed';
    expect(draft.isReady).toBe(false);
  });

  test('a stored key stays, is replaced, or is forgotten', () => {
    const draft = new ProviderDraft(saved, 'openai');
    expect(draft.body).toMatchObject({ api_key: '***' });
    draft.forgetKey = true;
    expect(draft.body).toMatchObject({ api_key: '' });
    draft.key = ' sk-new ';
    expect(draft.body).toMatchObject({ api_key: 'sk-new' });
  });

  test('the models that a test found are saved too', () => {
    const draft = new ProviderDraft(saved, 'openai');
    expect(draft.models).toEqual(['large']);
    draft.validation = { valid: true, message: 'ok', models: ['a', 'b'] };
    expect(draft.models).toEqual(['a', 'b']);
    expect(draft.body).toMatchObject({ models: ['a', 'b'] });
    expect(draft.body).not.toHaveProperty('active');
  });
});
