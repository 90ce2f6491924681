/** What the specification says of a text while it is typed. */
import type { Client } from '$lib/api/client';
import { isAborted } from '$lib/api/errors';
import type { SkillProblem } from '$lib/api/shapes';
import { judge } from './skills.api';

/** So long nothing is typed, and it is asked. */
const QUIET_MS = 350;

export class Judging {
  /** null: not asked yet. */
  problems = $state.raw<readonly SkillProblem[] | null>(null);
  /** Why it could not be asked. */
  problem = $state.raw<unknown>(null);

  readonly #client: Client;
  readonly #name: string;
  #asking = new AbortController();

  /** `name` is that of the folder, which the text has to fit. */
  constructor(client: Client, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** Ask about a text once no other has come for a moment. Return what takes that back. */
  ask(text: string): () => void {
    const timer = setTimeout(() => void this.#ask(text), QUIET_MS);
    return () => clearTimeout(timer);
  }

  async #ask(text: string): Promise<void> {
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    try {
      const { problems } = await judge(this.#client, this.#name, text, asking.signal);
      this.problems = problems;
      this.problem = null;
    } catch (error) {
      if (!isAborted(error)) this.problem = error;
    }
  }
}
