/** The folders whose own instructions count. */
import type { Client } from '$lib/api/client';
import type { TrustedFolder } from '$lib/api/shapes';
import { distrustFolder, listFolders, trustFolder } from './permissions.api';

export class TrustedFolders {
  items = $state.raw<TrustedFolder[]>([]);
  loaded = $state(false);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    this.items = (await listFolders(this.#client)).folders;
    this.loaded = true;
  }

  async trust(path: string): Promise<void> {
    await trustFolder(this.#client, path);
    await this.load();
  }

  async distrust(path: string): Promise<void> {
    await distrustFolder(this.#client, path);
    await this.load();
  }
}
