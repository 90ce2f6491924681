/** What is being installed, and what was. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import type { Installation } from '$lib/api/shapes';
import { cancelInstall, listInstalls, planInstall, startInstall } from './installs.api';

/** Something that can be installed once its command was shown. */
export interface Wish {
  plan: () => Promise<{ command: string }>;
  /** Begins, unless another command than the one that was shown would be run by now. */
  start: (command: string) => Promise<Installation>;
}

/** What the dialog is about: something that is wished for, or an installation whose output is looked at. */
export type Shown = { title: string; isUpdate?: boolean } & ({ wish: Wish } | { installationId: string });

export class Installs {
  /** The newest first. */
  items = $state.raw<readonly Installation[]>([]);
  shown = $state.raw<Shown | null>(null);

  readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  async load(): Promise<void> {
    this.items = (await listInstalls(this.client)).installations;
  }

  find(id: string): Installation | undefined {
    return this.items.find((installation) => installation.id === id);
  }

  /** The last installation of something by a package manager: two things may have one name. */
  last(name: string, manager: string | undefined): Installation | undefined {
    return this.items.find((installation) => installation.name === name && installation.manager === manager);
  }

  /** A program that is wished for, or its newest version. */
  wishFor(name: string, isUpdate: boolean): Wish {
    return {
      plan: () => planInstall(this.client, name, isUpdate),
      start: (command) => startInstall(this.client, name, isUpdate, command),
    };
  }

  async cancel(id: string): Promise<void> {
    this.take(await cancelInstall(this.client, id));
  }

  /** Take in how an installation stands. What is over does not come back. */
  take(installation: Installation): void {
    const before = this.find(installation.id);
    if (before?.ended_at && !installation.ended_at) return;
    this.items = before
      ? this.items.map((one) => (one.id === installation.id ? installation : one))
      : [installation, ...this.items];
  }

  hear({ type, data }: Announcement): void {
    if (type === 'ready') this.load().catch(() => undefined);
    else if (type === 'installation_changed') this.take(data);
  }
}

export const [getInstalls, setInstalls] = createContext<Installs>();
