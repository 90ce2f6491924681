/** The language of the page, and how it writes numbers, dates and durations. */
import { createContext } from 'svelte';
import type { Catalogue } from './en';
import type { Core } from './en/core';
import type { Pages } from './en/pages';

export type LanguageName = 'en' | 'fr';

/** Each is named in itself, so that whoever needs it can read it. */
export const LANGUAGES: readonly { name: LanguageName; title: string }[] = [
  { name: 'en', title: 'English' },
  { name: 'fr', title: 'Français' },
];

const STORED = 'studio.language';

const CORES: Record<LanguageName, () => Promise<{ default: Core }>> = {
  en: () => import('./en/core'),
  fr: () => import('./fr/core'),
};

const PAGES: Record<LanguageName, () => Promise<{ default: Pages }>> = {
  en: () => import('./en/pages'),
  fr: () => import('./fr/pages'),
};

type Unit = 'week' | 'day' | 'hour' | 'minute' | 'second';

const UNITS: [Unit, number][] = [
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago something was, in the largest unit that fits. */
function measure(stamp: string, now: number): [number, Unit] {
  const seconds = Math.max(0, (now - Date.parse(stamp)) / 1000);
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1];
  return [Math.floor(seconds / size), unit];
}

/** The language chosen in this browser before, else the first one of the browser that we speak. */
export function preferredLanguage(): LanguageName {
  const wanted = [localStorage.getItem(STORED) ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2));
  return wanted.find((tag): tag is LanguageName => tag in CORES) ?? 'en';
}

export class Language {
  name = $state<LanguageName>('en');
  /** Without the words of the other pages until one of them is shown. */
  text: Catalogue;
  #knowsPages = false;

  constructor(name: LanguageName, text: Catalogue) {
    this.name = name;
    this.text = $state.raw(text);
  }

  /** Load what every page says; what only some say comes with `learnPages`. */
  static async load(name: LanguageName): Promise<Language> {
    const { default: core } = await CORES[name]();
    document.documentElement.lang = name;
    return new Language(name, core as Catalogue);
  }

  /** Have the words of the pages beside the chat. Whoever shows one waits for this. */
  async learnPages(): Promise<void> {
    this.#knowsPages = true;
    const { name } = this;
    const { default: pages } = await PAGES[name]();
    if (name === this.name) this.text = { ...this.text, ...pages };
  }

  /** Speak another language; an empty name means the browser's own. */
  async use(name: LanguageName | ''): Promise<void> {
    if (name) localStorage.setItem(STORED, name);
    else localStorage.removeItem(STORED);
    const chosen = name || preferredLanguage();
    const [core, pages] = await Promise.all([
      CORES[chosen](),
      this.#knowsPages ? PAGES[chosen]() : { default: {} },
    ]);
    this.text = { ...core.default, ...pages.default } as Catalogue;
    this.name = chosen;
    document.documentElement.lang = chosen;
  }

  count(value: number): string {
    return new Intl.NumberFormat(this.name).format(value);
  }

  /** A large number in few letters: `128K`. */
  compact(value: number): string {
    return new Intl.NumberFormat(this.name, { notation: 'compact' }).format(value);
  }

  /** An amount of data, in the unit that needs few digits: `1.4 MB`. */
  bytes(count: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
    const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
    const unit = units[power] ?? 'byte';
    const maximumFractionDigits = power > 0 ? 1 : 0;
    const format = {
      style: 'unit',
      unit,
      unitDisplay: power > 0 ? 'short' : 'long',
      maximumFractionDigits,
    } as const;
    return new Intl.NumberFormat(this.name, format).format(count / 1000 ** power);
  }

  /** A part of a whole, from 0 to 1. */
  percent(part: number): string {
    return new Intl.NumberFormat(this.name, { style: 'percent' }).format(part);
  }

  /** A sum in US dollars, with as many digits as small sums need. */
  money(dollars: number): string {
    const digits = dollars < 1 ? 4 : 2;
    const format = { style: 'currency', currency: 'USD', maximumFractionDigits: digits } as const;
    return new Intl.NumberFormat(this.name, format).format(dollars);
  }

  /** A price in US dollars, with no digit more than it has: `$3`, `$0.15`. */
  price(dollars: number): string {
    const format = {
      style: 'currency',
      currency: 'USD',
      minimumFractionDigits: Number.isInteger(dollars) ? 0 : 2,
      maximumFractionDigits: 4,
    } as const;
    return new Intl.NumberFormat(this.name, format).format(dollars);
  }

  /** A length of time, as short as can be: `80 ms`, `1.4 s`, `2 min 5 s`, `3 h 20 min`, `4 days 2 h`. */
  duration(ms: number): string {
    if (ms < 1000) return `${Math.round(ms)} ms`;
    const seconds = ms / 1000;
    if (seconds < 60) {
      return `${new Intl.NumberFormat(this.name, { maximumFractionDigits: seconds < 10 ? 1 : 0 }).format(seconds)} s`;
    }
    const whole = Math.round(seconds);
    if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
    const hours = Math.round(minutes / 60);
    const days = new Intl.NumberFormat(this.name, { style: 'unit', unit: 'day', unitDisplay: 'short' });
    return `${days.format(Math.floor(hours / 24))} ${hours % 24} h`;
  }

  /** How long ago something was: `5 min. ago`; its date when that is more than a week. */
  ago(stamp: string, now: number): string {
    const [count, unit] = measure(stamp, now);
    if (unit === 'second') return this.text.time.now;
    if (unit === 'week') return this.date(stamp);
    return new Intl.RelativeTimeFormat(this.name, { style: 'short' }).format(-count, unit);
  }

  /** How old something is, in as few letters as can be: `5m`. */
  age(stamp: string, now: number): string {
    const [count, unit] = measure(stamp, now);
    if (unit === 'second') return this.text.time.nowShort;
    return new Intl.NumberFormat(this.name, { style: 'unit', unit, unitDisplay: 'narrow' }).format(count);
  }

  date(stamp: string): string {
    return new Intl.DateTimeFormat(this.name, { dateStyle: 'medium' }).format(Date.parse(stamp));
  }

  /** A day of the calendar, `2026-11-22`, which is the same day in every time zone. */
  day(date: string): string {
    const format = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
    return new Intl.DateTimeFormat(this.name, format).format(Date.parse(date));
  }

  moment(stamp: string): string {
    return new Intl.DateTimeFormat(this.name, { dateStyle: 'medium', timeStyle: 'short' }).format(
      Date.parse(stamp),
    );
  }
}

export const [getLanguage, setLanguage] = createContext<Language>();
