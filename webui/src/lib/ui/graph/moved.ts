/** Where this browser remembers that nodes were moved to, of a few graphs. */
import type { Direction, Place, Places } from './layers';

const MOVED = 'studio.graph.moved';
const MOST_GRAPHS = 100;

type Graphs = Record<string, Record<string, Place>>;

const nameOf = (graph: string, direction: Direction) => `${graph}/${direction}`;

/** Return where the nodes of a graph were moved to, in rem; nothing where none was. */
export const findMoved = (graph: string, direction: Direction): Places =>
  new Map(Object.entries(read()[nameOf(graph, direction)] ?? {}));

export function keepMoved(graph: string, direction: Direction, places: Places): void {
  const name = nameOf(graph, direction);
  const others = without(name).slice(1 - MOST_GRAPHS);
  write([...others, [name, Object.fromEntries(places)]]);
}

export const forgetMoved = (graph: string, direction: Direction): void =>
  write(without(nameOf(graph, direction)));

const without = (name: string) => Object.entries(read()).filter(([other]) => other !== name);

function write(graphs: [string, Graphs[string]][]): void {
  localStorage.setItem(MOVED, JSON.stringify(Object.fromEntries(graphs)));
}

function read(): Graphs {
  try {
    return entriesOf(JSON.parse(localStorage.getItem(MOVED) ?? '{}'), (graph) => entriesOf(graph, readPlace));
  } catch {
    return {};
  }
}

/** Return the entries of an object that can be read. */
function entriesOf<Value>(kept: unknown, readOne: (value: unknown) => Value | null): Record<string, Value> {
  if (!kept || typeof kept !== 'object') return {};
  return Object.fromEntries(
    Object.entries(kept).flatMap(([name, value]) => {
      const found = readOne(value);
      return found === null ? [] : [[name, found]];
    }),
  );
}

const readPlace = (value: unknown): Place | null =>
  Array.isArray(value) && value.length === 2 && value.every(Number.isFinite)
    ? (value as unknown as Place)
    : null;
