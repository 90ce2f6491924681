/** The servers of the Model Context Protocol, as they are while somebody sees them. */
import { createContext } from 'svelte';
import { on } from 'svelte/events';
import type { Client } from '$lib/api/client';
import type { McpKnown, McpProgram, McpStatus } from '$lib/api/shapes';
import { getStatus, listKnown, quarantine, removeServer } from './mcp.api';

const EVERY_MS = 2500;

export class McpServers {
  items = $state.raw<readonly McpStatus[]>([]);
  /** Other programs that use such servers. */
  programs = $state.raw<readonly McpProgram[]>([]);
  known = $state.raw<readonly McpKnown[]>([]);
  /** Files of one's own in which servers are described and which could not be read. */
  unread = $state.raw<readonly string[]>([]);
  isLoaded = $state(false);
  problem = $state.raw<unknown>(null);

  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watchers = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  find(name: string): McpStatus | undefined {
    return this.items.find((server) => server.name === name);
  }

  /** Look again and again for as long as the page is in sight. Return what ends it. */
  watch(): () => void {
    this.#watchers++;
    const off = on(document, 'visibilitychange', () => {
      if (!document.hidden) void this.#look();
    });
    void this.#look();
    return () => {
      off();
      this.#watchers--;
      if (!this.#watchers) clearTimeout(this.#timer);
    };
  }

  async load(): Promise<void> {
    const { servers, editors } = await getStatus(this.#client);
    this.items = servers;
    this.programs = editors;
    this.isLoaded = true;
  }

  async loadKnown(): Promise<void> {
    const { servers, problems } = await listKnown(this.#client);
    this.known = servers;
    this.unread = problems;
  }

  async quarantine(name: string, isOn: boolean): Promise<void> {
    await quarantine(this.#client, name, isOn);
    await this.load();
  }

  async remove(name: string): Promise<void> {
    await removeServer(this.#client, name);
    await Promise.all([this.load(), this.loadKnown()]);
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    await this.load().then(
      () => (this.problem = null),
      (error: unknown) => (this.problem = error),
    );
    clearTimeout(this.#timer);
    if (this.#watchers && !document.hidden) this.#timer = setTimeout(() => void this.#look(), EVERY_MS);
  }
}

export const [getMcpServers, setMcpServers] = createContext<McpServers>();
