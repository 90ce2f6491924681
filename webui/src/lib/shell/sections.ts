/** The sections of the settings, in the order of their list. */
import type { IconName } from '$lib/ui/icons';

export interface SettingsSection {
  name: 'providers' | 'permissions' | 'terminals' | 'usage' | 'data' | 'general' | 'shortcuts' | 'about';
  icon: IconName;
}

export const SECTIONS: readonly SettingsSection[] = [
  { name: 'providers', icon: 'providers' },
  { name: 'permissions', icon: 'rules' },
  { name: 'terminals', icon: 'terminal' },
  { name: 'usage', icon: 'usage' },
  { name: 'data', icon: 'data' },
  { name: 'general', icon: 'user' },
  { name: 'shortcuts', icon: 'keyboard' },
  { name: 'about', icon: 'info' },
];
