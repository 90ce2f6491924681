/** Going from one part of Studio to another. */
import { goto } from '$app/navigation';
import type { Action } from '$lib/actions/actions.svelte';
import { AREAS } from '../areas';
import { SECTIONS } from '../sections';

const KEYS: Partial<Record<string, string>> = { settings: 'mod+,', approvals: 'mod+shift+y' };

export function goActions(): Action[] {
  const areas = AREAS.map(({ name, href, icon }): Action => {
    const keys = KEYS[name];
    const shared = { id: `go.${name}`, group: 'go', icon, run: () => goto(href) } as const;
    return { ...shared, label: (text) => text.actions.goTo(text.nav[name]), ...(keys ? { keys } : {}) };
  });
  const sections = SECTIONS.map(({ name, icon }): Action => ({
    id: `go.settings.${name}`,
    group: 'go',
    icon,
    label: (text) => text.actions.section(text.settings[name]),
    run: () => goto(`/settings/${name}`),
  }));
  const docs: Action = {
    id: 'go.docs',
    group: 'go',
    icon: 'globe',
    label: (text) => text.about.docs,
    run: () => window.open('/docs', '_blank', 'noopener'),
  };
  return [...areas, ...sections, docs];
}
