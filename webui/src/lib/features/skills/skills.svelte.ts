/** The skills of this machine, and the programs that read them. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import type { RemovedSkill, Skill, SkillClient, SkillClientName } from '$lib/api/shapes';
import { listClients, listSkills, removeSkill, restoreSkill, switchSkill } from './skills.api';

export class Skills {
  items = $state.raw<readonly Skill[]>([]);
  clients = $state.raw<readonly SkillClient[]>([]);
  /** The programs that a skill can be deployed to. */
  targets = $state.raw<readonly SkillClientName[]>([]);
  /** The folder whose project is looked at too; empty: none. */
  folder = $state('');
  /** What could not be read. */
  unread = $state.raw<readonly string[]>([]);
  isLoaded = $state(false);
  problem = $state.raw<unknown>(null);
  /** What was removed last and can be brought back. */
  removed = $state.raw<RemovedSkill | null>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Look at everything again. What goes wrong is kept as the problem. */
  async load(): Promise<void> {
    try {
      const [found, readers] = await Promise.all([
        listSkills(this.#client, this.folder),
        listClients(this.#client),
      ]);
      this.items = found.skills;
      this.unread = found.problems;
      this.clients = readers.clients;
      this.targets = readers.targets;
      this.isLoaded = true;
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  /** Look at the project of a folder, too. */
  async look(folder: string): Promise<void> {
    this.folder = folder;
    await this.load();
  }

  async switch(name: string, isOn: boolean): Promise<void> {
    await switchSkill(this.#client, name, isOn);
    await this.load();
  }

  async remove(name: string): Promise<void> {
    this.removed = await removeSkill(this.#client, name);
    await this.load();
  }

  /** Bring back what was removed last. */
  async restore(): Promise<void> {
    if (!this.removed) return;
    await restoreSkill(this.#client, this.removed.backup);
    this.removed = null;
    await this.load();
  }
}

export const [getSkills, setSkills] = createContext<Skills>();
