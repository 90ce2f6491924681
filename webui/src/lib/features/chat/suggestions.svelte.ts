/** What is suggested for the word that is being typed: files of the folder, or commands. */
import type { Client } from '$lib/api/client';
import { findFiles } from '$lib/features/files/files.api';
import type { McpOffers } from '$lib/features/mcp/offers.svelte';
import { matches, type Command } from './commands';
import { triggerAt, type Trigger } from './trigger';

const SHOWN_FILES = 12;
const SHOWN_RESOURCES = 6;
export const SETTLE_MS = 60;

/** Something that can be chosen. */
export interface Suggestion {
  label: string;
  hint: string;
  command: Command | null;
}

export class Suggestions {
  /** Which one Enter takes. */
  place = $state(0);
  readonly #client: Client;
  readonly #folder: () => string;
  readonly #commands: () => readonly Command[];
  readonly #offers: McpOffers | undefined;
  #trigger = $state.raw<Trigger | null>(null);
  #files = $state.raw<string[]>([]);
  /** Where the word begins that the person wants no suggestions for. */
  #dismissed = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  readonly items = $derived.by((): Suggestion[] => {
    if (!this.#trigger) return [];
    return this.#trigger.kind === 'file'
      ? [...this.#files.map((path) => ({ label: path, hint: '', command: null })), ...this.#resources()]
      : this.#matching(this.#trigger.query);
  });
  readonly chosen = $derived(this.items[this.place] ?? null);

  constructor(client: Client, folder: () => string, commands: () => readonly Command[], offers?: McpOffers) {
    this.#offers = offers;
    this.#client = client;
    this.#folder = folder;
    this.#commands = commands;
  }

  /** Look at what is being typed. */
  look(text: string, caret: number): void {
    const trigger = triggerAt(text, caret);
    clearTimeout(this.#timer);
    // Whatever is still on its way answers something else.
    this.#asked++;
    if (trigger?.start !== this.#dismissed) this.#dismissed = -1;
    if (!trigger || this.#dismissed === trigger.start) {
      this.#trigger = null;
      return;
    }
    if (trigger.kind !== this.#trigger?.kind) this.#files = [];
    this.#trigger = trigger;
    this.place = 0;
    if (trigger.kind === 'file') this.#offers?.wantResources();
    else this.#offers?.wantPrompts();
    if (trigger.kind === 'file') this.#timer = setTimeout(() => void this.#ask(trigger.query), SETTLE_MS);
  }

  move(step: number): void {
    const count = this.items.length;
    this.place = (this.place + step + count) % count;
  }

  /** Suggest nothing for this word any more. */
  dismiss(): void {
    this.#dismissed = this.#trigger?.start ?? -1;
    this.close();
  }

  /** Suggest nothing until something is typed. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.#trigger = null;
  }

  /** Return the text with the file in the place of what was typed, and where the caret then stands. */
  fill(text: string, path: string): { text: string; caret: number } {
    const { start, end } = this.#trigger ?? { start: text.length, end: text.length };
    const head = `${text.slice(0, start)}@${path} `;
    return { text: head + text.slice(end).trimStart(), caret: head.length };
  }

  #resources(): Suggestion[] {
    const found = this.#offers?.find(this.#trigger?.query ?? '', SHOWN_RESOURCES) ?? [];
    return found.map(({ mention, title, name }) => ({
      label: mention.slice(1),
      hint: title || name,
      command: null,
    }));
  }

  #matching(query: string): Suggestion[] {
    return this.#commands()
      .filter(({ name }) => matches(name, query))
      .map((command) => ({ label: `/${command.name}`, hint: command.does, command }));
  }

  async #ask(query: string): Promise<void> {
    const asked = ++this.#asked;
    try {
      const files = await findFiles(this.#client, this.#folder(), query, SHOWN_FILES);
      // The server reads a mention up to the first space.
      if (asked === this.#asked) this.#files = files.filter((path) => !/\s/.test(path));
    } catch {
      if (asked === this.#asked) this.#files = [];
    }
  }
}
