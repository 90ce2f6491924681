/** What can be done with terminals from everywhere. */
import { goto } from '$app/navigation';
import type { Action } from '$lib/actions/actions.svelte';
import type { Terminals } from '$lib/features/terminals/terminals.svelte';

export function terminalsActions(terminals: Terminals): Action[] {
  return [
    {
      id: 'terminals.create',
      group: 'terminals',
      icon: 'plus',
      label: (text) => text.terminals.create,
      run: async () => goto(`/terminals/${await terminals.create()}`),
    },
  ];
}
