/** The parts of the page, in the order of the rail. A feature that gets a page of its own is added here. */
import type { IconName } from '$lib/ui/icons';

export interface Area {
  name: 'dashboard' | 'chat' | 'terminals' | 'library' | 'workflows' | 'approvals' | 'settings';
  href: string;
  icon: IconName;
}

export const AREAS: readonly Area[] = [
  { name: 'dashboard', href: '/dashboard', icon: 'dashboard' },
  { name: 'chat', href: '/chat', icon: 'chat' },
  { name: 'terminals', href: '/terminals', icon: 'terminal' },
  { name: 'library', href: '/library', icon: 'library' },
  { name: 'workflows', href: '/workflows', icon: 'workflows' },
  { name: 'approvals', href: '/approvals', icon: 'approvals' },
  { name: 'settings', href: '/settings', icon: 'settings' },
];

export const areaOf = (path: string): Area | undefined =>
  AREAS.find(({ href }) => path === href || path.startsWith(`${href}/`));
