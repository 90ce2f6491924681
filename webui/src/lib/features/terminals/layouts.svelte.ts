/** Which terminals this browser shows beside each other, and which it showed last. */
import {
  beside,
  divided,
  readLayout,
  terminalsIn,
  without,
  type Direction,
  type Layout,
  type Path,
} from './layout';

const LAYOUTS = 'studio.terminals.layouts';
const LAST = 'studio.terminals.last';

export class Layouts {
  /** Only those with several terminals; every other one stands alone. */
  #items = $state.raw<readonly Layout[]>(read());

  /** Return what is shown where this terminal is. */
  find(id: string): Layout {
    return this.#items.find((layout) => terminalsIn(layout).includes(id)) ?? id;
  }

  get last(): string {
    return localStorage.getItem(LAST) ?? '';
  }

  set last(id: string) {
    localStorage.setItem(LAST, id);
  }

  split(id: string, added: string, direction: Direction): void {
    this.#change(id, (layout) => beside(layout, id, added, direction));
  }

  divide(id: string, path: Path, part: number): void {
    this.#change(id, (layout) => divided(layout, path, part));
  }

  /** Let it stand alone. */
  takeOut(id: string): void {
    this.#change(id, (layout) => without(layout, id));
  }

  /** Forget terminals that are no longer there. */
  keepOnly(ids: ReadonlySet<string>): void {
    const gone = this.#items.flatMap(terminalsIn).filter((id) => !ids.has(id));
    for (const id of gone) this.takeOut(id);
  }

  #change(id: string, change: (layout: Layout) => Layout | null): void {
    const before = this.find(id);
    const after = change(before);
    const others = this.#items.filter((layout) => layout !== before);
    this.#items = after && typeof after !== 'string' ? [...others, after] : others;
    localStorage.setItem(LAYOUTS, JSON.stringify(this.#items));
  }
}

function read(): readonly Layout[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(LAYOUTS) ?? '[]');
    return Array.isArray(kept) ? kept.map(readLayout).filter((layout) => layout !== null) : [];
  } catch {
    return [];
  }
}
