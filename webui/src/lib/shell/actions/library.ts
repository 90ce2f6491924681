/** What can be done with the programs of this machine from everywhere. */
import { goto } from '$app/navigation';
import type { Action } from '$lib/actions/actions.svelte';
import type { Programs } from '$lib/features/programs/programs.svelte';

export function libraryActions(programs: Programs): Action[] {
  const look = async (begin: () => Promise<void>) => {
    const looking = begin();
    await goto('/library/tools');
    await looking;
  };
  return [
    {
      id: 'library.scan',
      group: 'library',
      icon: 'refresh',
      label: (text) => text.actions.scan,
      when: () => !programs.busy,
      run: () => look(() => programs.scan()),
    },
    {
      id: 'library.latest',
      group: 'library',
      icon: 'up',
      label: (text) => text.actions.latest,
      when: () => !programs.busy,
      run: () => look(() => programs.findLatest()),
    },
    {
      id: 'library.skills',
      group: 'library',
      icon: 'list',
      label: (text) => text.actions.goTo(text.actions.skills),
      run: () => goto('/library/skills'),
    },
    {
      id: 'library.createSkill',
      group: 'library',
      icon: 'plus',
      label: (text) => text.actions.createSkill,
      run: () => goto('/library/skills?create'),
    },
  ];
}
