/** Files that are dragged over a part of the page and dropped there. */

export class FileDrops {
  /** Whether files hang over it. */
  isOver = $state(false);
  readonly #take: (files: File[]) => void;
  /** Each element inside that is entered is left again, in any order. */
  #inside = 0;

  constructor(take: (files: File[]) => void) {
    this.#take = take;
  }

  attach = (node: HTMLElement): (() => void) => {
    const leaving = new AbortController();
    const listen = (
      type: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
      hear: (event: DragEvent) => void,
    ) => node.addEventListener(type, (event) => brings(event) && hear(event), { signal: leaving.signal });
    listen('dragenter', () => this.#count(this.#inside + 1));
    listen('dragleave', () => this.#count(this.#inside - 1));
    listen('dragover', (event) => event.preventDefault());
    listen('drop', (event) => {
      event.preventDefault();
      this.#count(0);
      this.#take([...(event.dataTransfer?.files ?? [])]);
    });
    return () => leaving.abort();
  };

  #count(inside: number): void {
    this.#inside = Math.max(inside, 0);
    this.isOver = this.#inside > 0;
  }
}

const brings = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;
