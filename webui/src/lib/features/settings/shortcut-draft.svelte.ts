/** Keys while they are being chosen for an action. */
import type { Action, Actions } from '$lib/actions/actions.svelte';
import { pressedKeys, refusalOf } from '$lib/ui/keys';

export class ShortcutDraft {
  /** What was pressed last; empty until then. */
  keys = $state('');
  /** Whose these keys are; null where they are nobody's. */
  owner = $state.raw<Action | null>(null);
  refusal = $state<'kept' | 'alone' | null>(null);

  readonly #actions: Actions;
  readonly #action: Action;

  constructor(actions: Actions, action: Action) {
    this.#actions = actions;
    this.#action = action;
  }

  /** Take what is pressed. Return what it settles: new keys (empty: none), or null when more has to be said. */
  press(event: KeyboardEvent): string | null {
    const keys = pressedKeys(event);
    if (!keys) return null;
    if (keys === 'backspace') return '';
    this.keys = keys;
    this.refusal = refusalOf(keys);
    const owner = this.#actions.ownerOf(keys);
    this.owner = this.refusal || owner?.id === this.#action.id ? null : owner;
    return this.refusal || this.owner ? null : keys;
  }
}
