/** Every terminal of the server, and those that this page has open. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import { ApiError, Unreachable } from '$lib/api/errors';
import type { SessionKey } from '$lib/api/key';
import type {
  Connection,
  SystemShell,
  Terminal,
  TerminalAppearance,
  TerminalSettings,
} from '$lib/api/shapes';
import { optionsOf } from './appearance';
import type { TerminalKey } from './keys';
import { Layouts } from './layouts.svelte';
import { Screen } from './screen.svelte';
import type { TerminalDraft } from './terminal-socket.svelte';
import {
  closeTerminal,
  getAppearance,
  listChoices,
  listTerminals,
  renameTerminal,
  restartShell,
  saveTerminalSettings,
} from './terminals.api';

/** So many screens are kept at hand; those seen longest ago are shown anew from what the server keeps. */
const MOST_SCREENS = 12;

export class Terminals {
  items = $state.raw<readonly Terminal[]>([]);
  isLoaded = $state(false);
  problem = $state.raw<unknown>(null);
  shells = $state.raw<readonly SystemShell[]>([]);
  /** Other machines that a terminal can be on. */
  connections = $state.raw<readonly Connection[]>([]);
  appearance = $state.raw<TerminalAppearance | null>(null);
  screens = $state.raw<ReadonlyMap<string, Screen>>(new Map());
  readonly layouts = new Layouts();
  readonly theme = $derived(
    this.appearance?.themes.find(({ name }) => name === this.appearance?.settings.theme),
  );
  /** Called with a key that a terminal leaves to the page. */
  onKey: (key: TerminalKey) => void = () => undefined;
  onSignedOut: () => void = () => undefined;

  readonly #client: Client;
  readonly #key: SessionKey;
  readonly #opening = new Map<string, Promise<Screen>>();
  #isEntered = false;

  constructor(client: Client, key: SessionKey) {
    this.#client = client;
    this.#key = key;
  }

  /** Look at what there is, once somebody wants to see it. */
  async enter(): Promise<void> {
    this.#isEntered = true;
    await Promise.all([this.load(), this.loadChoices()]);
  }

  async load(): Promise<void> {
    try {
      const [items, appearance] = await Promise.all([
        listTerminals(this.#client),
        getAppearance(this.#client),
      ]);
      this.items = items;
      this.layouts.keepOnly(new Set(items.map(({ id }) => id)));
      this.#show(appearance);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof Unreachable && this.isLoaded)) this.problem = error;
    }
    this.isLoaded = true;
  }

  async loadAppearance(): Promise<void> {
    this.#show(await getAppearance(this.#client));
  }

  /** Look at what a new terminal can be. */
  async loadChoices(): Promise<void> {
    const choices = await listChoices(this.#client).catch(() => null);
    if (choices) [this.shells, this.connections] = [choices.system, choices.ssh];
  }

  hear({ type }: Announcement): void {
    if (type !== 'ready' || !this.#isEntered) return;
    void this.load();
    for (const screen of this.screens.values()) screen.socket.retry();
  }

  find(id: string): Terminal | undefined {
    return this.items.find((terminal) => terminal.id === id);
  }

  /** Return what a person calls a terminal. */
  nameOf({ id, name, shell }: Pick<Terminal, 'id' | 'name' | 'shell'>): string {
    return name || this.screens.get(id)?.title || shell.replace(/.*[\\/]/, '') || id;
  }

  /** Return the screen of a terminal that is there. */
  show(id: string): Promise<Screen> {
    const opening = this.#opening.get(id) ?? this.#make(id).then((screen) => this.#keep(id, screen));
    // Seen last, kept longest.
    this.#opening.delete(id);
    this.#opening.set(id, opening);
    opening.catch(() => this.#opening.delete(id));
    return opening;
  }

  /**
   * Open a terminal. Return its id.
   *
   * Throws an ApiError with the server's own words, or Unreachable.
   */
  async create(draft: TerminalDraft = {}): Promise<string> {
    const screen = await this.#make(null, draft);
    const id = await new Promise<string>((resolve, reject) => {
      screen.socket.onReady = (ready) => resolve(ready.session_id);
      screen.socket.onRefused = reject;
      screen.socket.open();
    }).catch(async (error: unknown) => {
      screen.dispose();
      // Whoever looked meanwhile saw it among the others, and it is gone.
      await this.load();
      throw error;
    });
    this.#opening.set(id, Promise.resolve(this.#keep(id, screen)));
    await this.load();
    return id;
  }

  async rename(id: string, name: string): Promise<void> {
    await renameTerminal(this.#client, id, name);
    await this.load();
  }

  /** Close a terminal, whatever runs in it. One that is gone is as good as closed. */
  async close(id: string): Promise<void> {
    await closeTerminal(this.#client, id).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    });
    this.#drop(id);
    await this.load();
  }

  async restart(id: string): Promise<void> {
    await restartShell(this.#client, id);
    const screen = this.screens.get(id);
    if (screen) screen.ending = null;
    await this.load();
  }

  async saveSettings(changes: Partial<TerminalSettings>): Promise<void> {
    const settings = await saveTerminalSettings(this.#client, changes);
    if (this.appearance) this.#show({ ...this.appearance, settings });
  }

  async #make(id: string | null, draft: TerminalDraft = {}): Promise<Screen> {
    if (!this.appearance) await this.loadAppearance();
    const options = this.#options();
    let screen: Screen | null = null;
    const emulator = await Screen.prepare(options, (url) => {
      if (screen) screen.link = url;
    });
    screen = new Screen({ id, draft, key: this.#key, emulator });
    screen.copiesSelection = this.appearance?.settings.copy_on_select ?? false;
    screen.onKey = (key) => this.onKey(key);
    screen.socket.onSignedOut = () => this.onSignedOut();
    return screen;
  }

  #keep(id: string, screen: Screen): Screen {
    screen.onRestart = () => void this.restart(id).catch((error: unknown) => (this.problem = error));
    this.screens = new Map([...this.screens, [id, screen]]);
    for (const old of [...this.#opening.keys()].slice(0, -MOST_SCREENS)) {
      if (!this.screens.get(old)?.host.isConnected) this.#drop(old);
    }
    return screen;
  }

  #drop(id: string): void {
    this.screens.get(id)?.dispose();
    this.#opening.delete(id);
    this.screens = new Map([...this.screens].filter(([other]) => other !== id));
  }

  #options() {
    if (!this.appearance) throw new Error('How terminals look is not known yet.');
    return optionsOf(this.appearance.settings, this.theme);
  }

  #show(appearance: TerminalAppearance): void {
    this.appearance = appearance;
    const options = this.#options();
    for (const screen of this.screens.values()) {
      screen.setOptions(options);
      screen.copiesSelection = appearance.settings.copy_on_select;
    }
  }
}

export const [getTerminals, setTerminals] = createContext<Terminals>();
