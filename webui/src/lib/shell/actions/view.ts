/** How the page looks and speaks, and the page itself. */
import type { Action } from '$lib/actions/actions.svelte';
import type { Session } from '$lib/features/accounts/session.svelte';
import { TEXT_SIZES, THEMES, type Preferences } from '$lib/features/settings/preferences.svelte';
import { LANGUAGES } from '$lib/i18n/language.svelte';
import type { Frame } from '../frame.svelte';

export function viewActions(frame: Frame, preferences: Preferences): Action[] {
  const themes = THEMES.map((theme): Action => ({
    id: `view.theme.${theme}`,
    group: 'view',
    icon: 'theme',
    label: (text) => text.actions.theme(text.general.themes[theme]),
    run: () => preferences.save({ theme }),
  }));
  const sizes = TEXT_SIZES.map((text_size): Action => ({
    id: `view.text.${text_size}`,
    group: 'view',
    icon: 'text',
    label: (text) => text.actions.textSize(text.general.textSizes[text_size]),
    run: () => preferences.save({ text_size }),
  }));
  const languages = LANGUAGES.map(({ name, title }): Action => ({
    id: `view.language.${name}`,
    group: 'view',
    icon: 'globe',
    label: (text) => text.actions.language(title),
    run: () => preferences.save({ language: name }),
  }));
  return [panelAction(frame), ...themes, ...sizes, ...languages];
}

const panelAction = (frame: Frame): Action => ({
  id: 'view.panel',
  group: 'view',
  icon: 'menu',
  label: (text) => text.actions.panel,
  keys: 'mod+b',
  run: () => frame.togglePanel(),
});

export function studioActions(frame: Frame, session: Session): Action[] {
  return [
    {
      id: 'studio.palette',
      group: 'studio',
      icon: 'search',
      label: (text) => text.palette.title,
      keys: 'mod+k',
      isListed: false,
      run: () => (frame.over = 'palette'),
    },
    {
      id: 'studio.shortcuts',
      group: 'studio',
      icon: 'keyboard',
      label: (text) => text.sheet.title,
      keys: '?',
      run: () => (frame.over = 'shortcuts'),
    },
    {
      id: 'studio.signOut',
      group: 'studio',
      icon: 'logout',
      label: (text) => text.signIn.signOut,
      run: () => session.signOut(),
    },
  ];
}
