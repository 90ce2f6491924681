/** The person's preferences. How the page looks and speaks is kept in the browser too, for the first paint. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { Persona, Profile } from '$lib/api/shapes';
import type { Language } from '$lib/i18n/language.svelte';
import { getConfig, saveProfile } from './settings.api';

export type Theme = Profile['theme'];
export type TextSize = Profile['text_size'];

export const THEMES: readonly Theme[] = ['system', 'light', 'dark', 'neon'];

export const TEXT_SIZES: readonly TextSize[] = ['small', 'normal', 'large'];

/** The page reads these names before anything is loaded. */
const STORED_THEME = 'studio.theme';
const STORED_SIZE = 'studio.text-size';

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
    if (changes.text_size) this.#size(changes.text_size);
    await saveProfile(this.#client, changes);
    await this.load();
  }

  #take(profile: Profile): void {
    this.profile = profile;
    this.#show(profile.theme);
    this.#size(profile.text_size);
    void this.#language.use(profile.language);
  }

  #show(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset['theme'] = theme;
    localStorage.setItem(STORED_THEME, theme);
  }

  #size(size: TextSize): void {
    document.documentElement.dataset['textSize'] = size;
    localStorage.setItem(STORED_SIZE, size);
  }
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED_THEME);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

export const [getPreferences, setPreferences] = createContext<Preferences>();
