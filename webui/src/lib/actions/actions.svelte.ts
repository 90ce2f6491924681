/**
 * Everything that can be done in the page, by name: what the palette finds, what keys do, what the sheet of keys lists.
 *
 * A feature offers its actions in one of two ways. What it can do with its state alone stands in a function that
 * `shell/workspace.svelte.ts` adds once; it is known everywhere, and `when` says whether it can be done now:
 *
 *     actions.add([{ id: 'chat.stop', group: 'chat', icon: 'stop', label: (text) => text.chat.stop, keys: 'escape',
 *       when: () => threads.shown?.isBusy === true, run: () => threads.shown?.stop() }]);
 *
 * What needs a component is offered by that component, and gone with it: `offerActions([{ … }])`.
 */
import { createContext, untrack } from 'svelte';
import type { Core } from '$lib/i18n/en/core';
import { isWriting } from '$lib/ui/keyboard';
import type { IconName } from '$lib/ui/icons';
import { pressedKeys } from '$lib/ui/keys';

export const GROUPS = ['chat', 'terminals', 'library', 'go', 'view', 'studio'] as const;

export interface Action {
  /** Never changes: a person's own keys and what was used last are kept under it. */
  id: string;
  group: (typeof GROUPS)[number];
  icon: IconName;
  label: (text: Core) => string;
  /** The usual keys, as `mod+shift+o`. */
  keys?: string;
  /** Whether it can be done now; left out: always. */
  when?: () => boolean;
  /** Whether it may be chosen in the palette; the palette itself is not. */
  isListed?: boolean;
  run: () => unknown;
}

export type Shortcuts = Readonly<Record<string, string>>;

const RECENT = 'studio.actions.recent';
const MOST_RECENT = 12;

export class Actions {
  items = $state.raw<readonly Action[]>([]);
  /** The ids of what was chosen in the palette, last first. */
  recent = $state.raw<readonly string[]>(readRecent());
  /** Why the last one failed. */
  problem = $state.raw<unknown>(null);
  readonly possible = $derived(this.items.filter(({ when }) => when?.() ?? true));

  readonly #changed: () => Shortcuts;

  /** `changed` returns the keys that the person changed, by the ids of actions. */
  constructor(changed: () => Shortcuts = () => ({})) {
    this.#changed = changed;
  }

  /** Offer actions. Return what takes them back. */
  add(actions: readonly Action[]): () => void {
    this.items = [...this.items, ...actions];
    return () => (this.items = this.items.filter((item) => !actions.includes(item)));
  }

  keysOf(action: Action): string {
    return this.#changed()[action.id] ?? action.keys ?? '';
  }

  /** Return the keys of the action with this id; empty where there is none. */
  keysOfId(id: string): string {
    const found = this.items.find((action) => action.id === id);
    return found ? this.keysOf(found) : '';
  }

  isChanged(action: Action): boolean {
    return action.id in this.#changed();
  }

  /** Return what these keys do, whether it can be done now or not. */
  ownerOf(keys: string): Action | null {
    return this.items.find((action) => keys !== '' && this.keysOf(action) === keys) ?? null;
  }

  /** Return the person's keys with these given to `action`, and taken from whichever had them. */
  withKeys(action: Action, keys: string): Shortcuts {
    const changed = new Map(Object.entries(this.#changed()));
    const owner = this.ownerOf(keys);
    if (owner) changed.set(owner.id, '');
    changed.set(action.id, keys);
    if (keys === (action.keys ?? '')) changed.delete(action.id);
    return Object.fromEntries(changed);
  }

  /** Do what the pressed keys mean; keys that are text mean nothing else where somebody writes. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || document.querySelector('dialog[open], :popover-open')) return;
    const keys = pressedKeys(event);
    if (event.key.length === 1 && keys.length === 1 && isWriting(event.target)) return;
    const action = this.possible.find((one) => keys !== '' && this.keysOf(one) === keys);
    if (!action) return;
    event.preventDefault();
    void this.run(action);
  }

  async run(action: Action): Promise<void> {
    this.problem = null;
    try {
      await action.run();
    } catch (error) {
      this.problem = error;
    }
  }

  /** Run what was chosen by its name, and offer it first the next time. */
  async choose(action: Action): Promise<void> {
    this.recent = [action.id, ...this.recent.filter((id) => id !== action.id)].slice(0, MOST_RECENT);
    localStorage.setItem(RECENT, JSON.stringify(this.recent));
    await this.run(action);
  }
}

function readRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export const [getActions, setActions] = createContext<Actions>();

/** Offer actions for as long as the calling component is there. */
export function offerActions(actions: readonly Action[]): void {
  const registry = getActions();
  $effect(() => untrack(() => registry.add(actions)));
}
