/** A provider while it is being typed: what will be asked of the server when it is tested or saved. */
import type { Provider, ProviderDraft as Body, Validation } from '$lib/api/shapes';
import { findKnown } from './known';

export const CUSTOM = 'custom';

/** Sent back, it means: the key that is stored. */
export const STORED_KEY = '***';

export class ProviderDraft {
  /** A known name, or CUSTOM for one with a name of its own. */
  which: string;
  name: string;
  protocol = $state<'openai' | 'anthropic'>('openai');
  address = $state('');
  key = $state('');
  forgetKey = $state(false);
  model = $state('');
  activate = $state(true);
  /** What the provider said when it was tested. */
  validation = $state.raw<Validation | null>(null);

  readonly before: Provider | null;
  readonly isCustom = $derived.by(() => this.which === CUSTOM);
  readonly hasStoredKey: boolean;
  readonly models = $derived.by(() => this.validation?.models ?? this.before?.models ?? []);

  /** Begin with what is saved under `name`, or with nothing. */
  constructor(before: Provider | null, name: string) {
    const isKnown = findKnown(name) !== undefined;
    this.before = before;
    this.which = $state(isKnown ? name : CUSTOM);
    this.name = $state(isKnown ? '' : name);
    this.hasStoredKey = before?.api_key === STORED_KEY;
    if (!before) return;
    if (before.protocol !== 'builtin') this.protocol = before.protocol;
    this.address = before.base_url;
    this.model = before.model;
    this.activate = before.active;
  }

  get isReady(): boolean {
    return this.isCustom ? /^[a-z0-9][a-z0-9_-]{0,39}$/.test(this.name) && this.address.trim() !== '' : true;
  }

  /** What the server is sent. What is left out stays as it is. */
  get body(): Body {
    const body: Body = { name: this.isCustom ? this.name : this.which, model: this.model.trim() };
    if (this.isCustom) body.protocol = this.protocol;
    if (this.address.trim()) body.base_url = this.address.trim();
    if (this.key.trim()) body.api_key = this.key.trim();
    else if (this.hasStoredKey) body.api_key = this.forgetKey ? '' : STORED_KEY;
    if (this.validation?.models.length) body.models = this.validation.models;
    if (this.activate !== (this.before?.active ?? false)) body.active = this.activate;
    return body;
  }
}
