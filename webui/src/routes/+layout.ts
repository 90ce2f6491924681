import { Language, preferredLanguage } from '$lib/i18n/language.svelte';
import type { LayoutLoad } from './$types';

// The server serves files only: everything happens in the browser.
export const ssr = false;
export const prerender = false;

export const load: LayoutLoad = async () => ({ language: await Language.load(preferredLanguage()) });
