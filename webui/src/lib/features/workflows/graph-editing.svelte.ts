/** What is chosen in the graph of a workflow, and what connects its steps. */
import type { Step } from '$lib/api/shapes';
import type { Following } from './draft';
import type { Editing } from './editing.svelte';
import { leadsTo, linked, linkId, linksOf, type Link } from './graph';
import { without } from './steps';

/** Two steps that cannot be connected: the target comes before the source already, or is the same. */
export type Refused = Pick<Link, 'source' | 'target'>;

export class GraphEditing {
  /** The id of a step or of an arrow. */
  chosen = $state('');
  /** The step that is being connected to the one that is chosen next. */
  from = $state('');
  readonly isEmpty = $derived.by(() => !this.#editing.steps.length);
  readonly links: readonly Link[] = $derived.by(() => linksOf(this.#editing.steps));
  readonly step: Step | null = $derived(this.find(this.chosen));
  readonly link: Link | null = $derived(this.links.find((link) => linkId(link) === this.chosen) ?? null);

  /** What was refused last, for as long as it would be. */
  readonly refused: Refused | null = $derived.by(() => {
    const asked = this.#asked;
    return asked && leadsTo(this.#editing.steps, asked.target, asked.source) ? asked : null;
  });

  #asked = $state.raw<Refused | null>(null);
  readonly #editing: Editing;

  constructor(editing: Editing) {
    this.#editing = editing;
  }

  find(id: string): Step | null {
    return this.#editing.steps.find((step) => step.id === id) ?? null;
  }

  /** Where a step is being connected, connect it to this one. */
  pick(id: string): void {
    const { from } = this;
    if (!from || from === id) return;
    this.from = '';
    this.connect(from, id);
  }

  begin(from: string): void {
    this.#asked = null;
    this.from = from;
  }

  leave(): void {
    this.from = '';
  }

  /** Let the target wait for the source, unless it comes before that. */
  connect(source: string, target: string): void {
    this.#asked = { source, target };
    const isThere = this.links.some((link) => link.source === source && link.target === target);
    if (this.refused || isThere) return;
    this.follow({ source, target }, this.find(source)?.kind === 'condition' ? 'true' : 'after');
  }

  follow(link: Pick<Link, 'source' | 'target'>, how: Following): void {
    void this.#editing.change(linked(this.#editing.steps, link, how));
  }

  /** Take away a step or an arrow. */
  remove(id: string): void {
    const link = this.links.find((one) => linkId(one) === id);
    if (link) this.follow(link, '');
    else void this.#editing.change(without(this.#editing.steps, id));
    this.leave();
  }
}
