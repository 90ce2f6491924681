/** The person's preferences. Theme and language are kept in the browser too, for the first paint. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { Persona, Profile } from '$lib/api/shapes';
import type { Language } from '$lib/i18n/language.svelte';
import { getConfig, saveProfile } from './settings.api';

export type Theme = Profile['theme'];

export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'neon'];

/** The page reads this name before anything is loaded. */
const STORED_THEME = 'studio.theme';

export class Preferences {
  profile = $state.raw<Profile | null>(null);
  /** The roles that an assistant can take on. */
  personas = $state.raw<Persona[]>([]);
  theme = $state<Theme>(storedTheme());

  readonly #client: Client;
  readonly #language: Language;

  constructor(client: Client, language: Language) {
    this.#client = client;
    this.#language = language;
  }

  async load(): Promise<void> {
    const { profile, bmad } = await getConfig(this.#client);
    this.personas = bmad.personas;
    this.#take(profile);
  }

  /** Save changes; show them at once where they can be seen. */
  async save(changes: Partial<Profile>): Promise<void> {
    if (changes.theme) this.#show(changes.theme);
    await saveProfile(this.#client, changes);
    await this.load();
  }

  #take(profile: Profile): void {
    this.profile = profile;
    this.#show(profile.theme);
    void this.#language.use(profile.language);
  }

  #show(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(STORED_THEME, theme);
  }
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED_THEME);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export const [getPreferences, setPreferences] = createContext<Preferences>();
