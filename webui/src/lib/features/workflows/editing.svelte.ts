/** A workflow while it is looked at and changed. What is sound is kept at once; what is not stays on the page. */
import type { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import type { Step, Workflow, WorkflowDraft, WorkflowProblem, WorkflowRun } from '$lib/api/shapes';
import { draftOf } from './steps';
import { checkWorkflow, getRun, listRuns, replaceWorkflow } from './workflows.api';

/** With these the server says that steps are not sound. */
const REFUSED: ReadonlySet<number> = new Set([400, 422]);

export class Editing {
  workflow = $state.raw<Workflow | null>(null);
  /** The steps as they are shown, kept or not. */
  steps = $state.raw<readonly Step[]>([]);
  /** What a run is told, kept or not; null: nobody declared it. */
  inputs = $state.raw<Workflow['inputs']>(null);
  /** The folder of all steps that name none, kept or not. */
  folder = $state('');
  runs = $state.raw<readonly WorkflowRun[]>([]);
  hasOlderRuns = $state(false);
  /** What is wrong with the steps; while there is anything they are not kept. */
  problems = $state.raw<readonly WorkflowProblem[]>([]);
  problem = $state.raw<unknown>(null);
  /** The steps before the last change; null: there is none to be taken back. */
  earlier = $state.raw<readonly Step[] | null>(null);
  isSaving = $state(false);

  readonly id: string;
  readonly #client: Client;
  #changes = 0;
  #kept = Promise.resolve();

  constructor(client: Client, id: string) {
    this.#client = client;
    this.id = id;
  }

  async load(): Promise<void> {
    try {
      const [{ workflow }, { runs, has_more }] = await Promise.all([
        getRun(this.#client, this.id),
        listRuns(this.#client, this.id),
      ]);
      this.#show(workflow);
      this.runs = runs;
      this.hasOlderRuns = has_more;
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }

  /** Show more runs, those before the ones that are shown. */
  async loadOlderRuns(): Promise<void> {
    const last = this.runs.at(-1)?.execution_id;
    try {
      const older = await listRuns(this.#client, this.id, last);
      // Asked twice, they are shown once.
      if (this.runs.at(-1)?.execution_id !== last) return;
      this.runs = [...this.runs, ...older.runs];
      this.hasOlderRuns = older.has_more;
    } catch (error) {
      this.problem = error;
    }
  }

  /** Look which runs there are by now. */
  async loadRuns(): Promise<void> {
    try {
      ({ runs: this.runs, has_more: this.hasOlderRuns } = await listRuns(this.#client, this.id));
    } catch (error) {
      this.problem = error;
    }
  }

  /** Show other steps, and keep them if they are sound. */
  async change(steps: readonly Step[]): Promise<void> {
    this.earlier = this.steps;
    this.steps = steps;
    await this.#changed();
  }

  /** Have a run told something else, and keep that if the steps are sound with it. */
  async declare(inputs: Workflow['inputs']): Promise<void> {
    this.inputs = inputs;
    await this.#changed();
  }

  /** Have all steps that name no folder work in this one. */
  async moveTo(folder: string): Promise<void> {
    this.folder = folder;
    await this.#changed();
  }

  /** Take the last change back. */
  async undo(): Promise<void> {
    if (!this.earlier) return;
    const changed = this.change(this.earlier);
    this.earlier = null;
    await changed;
  }

  check(steps: readonly Step[]): Promise<{ problems: WorkflowProblem[] }> {
    return checkWorkflow(this.#client, this.#draft({ steps: [...steps] }));
  }

  /** Keep what is shown, with another name, goal or context. */
  async save(changes: Partial<WorkflowDraft>): Promise<void> {
    const change = this.#changes;
    const kept = await replaceWorkflow(this.#client, this.id, this.#draft(changes));
    if (change === this.#changes) this.#show(kept);
  }

  async #changed(): Promise<void> {
    const change = ++this.#changes;
    this.isSaving = true;
    // One after the other: what was changed last is what stays.
    this.#kept = this.#kept.then(() => this.#keep(change));
    await this.#kept;
  }

  async #keep(change: number): Promise<void> {
    if (change !== this.#changes) return;
    try {
      const problems = await this.#save();
      if (change !== this.#changes) return;
      this.problems = problems;
      this.problem = null;
    } catch (error) {
      if (change === this.#changes) this.problem = error;
    } finally {
      if (change === this.#changes) this.isSaving = false;
    }
  }

  /** Keep the steps, or return what is wrong with them. Asking first would lose them to whoever leaves meanwhile. */
  async #save(): Promise<readonly WorkflowProblem[]> {
    try {
      await this.save({});
      return [];
    } catch (error) {
      if (!(error instanceof ApiError) || !REFUSED.has(error.status)) throw error;
      const { problems } = await this.check(this.steps);
      if (!problems.length) throw error;
      return problems;
    }
  }

  #draft(changes: Partial<WorkflowDraft>): WorkflowDraft {
    const { name = '', goal = '', context = '' } = this.workflow ?? {};
    const { inputs, folder } = this;
    return draftOf({
      name,
      goal,
      context,
      inputs,
      defaults: { cwd: folder },
      steps: [...this.steps],
      ...changes,
    });
  }

  #show(workflow: Workflow): void {
    this.workflow = workflow;
    this.steps = workflow.steps;
    this.inputs = workflow.inputs;
    this.folder = workflow.defaults.cwd;
    this.problems = [];
  }
}
