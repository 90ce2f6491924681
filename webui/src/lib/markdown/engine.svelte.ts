/** The parts of the page that render Markdown, fetched when they are first needed. */
import { createContext } from 'svelte';
import type { MarkdownBlocks } from './blocks';
import type { Highlight } from './renderer';

export class MarkdownEngine {
  Blocks = $state.raw<typeof MarkdownBlocks | null>(null);
  highlight = $state.raw<Highlight | null>(null);
  #loading: Promise<void> | null = null;
  #colouring: Promise<void> | null = null;

  /** Fetch what renders text. Until it is there, or where it cannot be had, text is shown as it was written. */
  load(): Promise<void> {
    this.#loading ??= import('./blocks').then(
      ({ MarkdownBlocks }) => void (this.Blocks = MarkdownBlocks),
      () => void (this.#loading = null),
    );
    return this.#loading;
  }

  /** Draw formulas and diagrams of a block. Where what draws them cannot be had, their source stays. */
  async draw(block: HTMLElement, labels: { diagram: string }): Promise<void> {
    if (!block.querySelector('.math, .diagram')) return;
    const { drawAll } = await import('./drawing');
    await drawAll(block, labels);
  }

  /** Fetch what colours code. */
  loadColours(): Promise<void> {
    this.#colouring ??= import('./highlight').then(
      ({ highlight }) => void (this.highlight = highlight),
      () => void (this.#colouring = null),
    );
    return this.#colouring;
  }
}

export const [getMarkdown, setMarkdown] = createContext<MarkdownEngine>();
