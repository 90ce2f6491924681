/** The nodes and edges of a graph as the drawing library wants them, with what it knows of them itself. */
import { MarkerType, Position, type Edge as FlowEdge, type Node as FlowNode } from '@xyflow/svelte';
import { createContext, untrack, type Snippet } from 'svelte';
import { NODE, type Direction, type Place, type Places } from './layers';
import type { GraphEdge, GraphNode } from './nodes';

export type DrawnNode = FlowNode<{ look: GraphNode['look'] }, 'node'>;

/** What stands in the nodes. */
export const [getContent, setContent] = createContext<() => Snippet<[string]>>();

/** What the screen reader says they are. */
export interface Roles {
  node: string;
  edge: string;
}

const SIDES = {
  right: { sourcePosition: Position.Right, targetPosition: Position.Left },
  down: { sourcePosition: Position.Bottom, targetPosition: Position.Top },
};
/** A place that was rounded has not been moved. */
const LEAST_MOVE = 0.05;

export class Drawing {
  nodes = $state.raw<DrawnNode[]>([]);
  edges = $state.raw<FlowEdge[]>([]);

  /** How many pixels a rem has. */
  readonly #rem: number;

  constructor(rem: number) {
    this.#rem = rem;
  }

  /** Draw these; what is chosen, and how large it was found to be, stays. */
  show(nodes: readonly GraphNode[], places: Places, direction: Direction, roles: Roles): void {
    const before = new Map(untrack(() => this.nodes).map((node) => [node.id, node]));
    this.nodes = nodes.map(({ id, label, look }) => {
      const [left, top] = places.get(id) ?? [0, 0];
      return {
        ...before.get(id),
        ...SIDES[direction],
        id,
        type: 'node',
        ariaLabel: label,
        domAttributes: { 'aria-roledescription': roles.node },
        data: { look },
        position: { x: left * this.#rem, y: top * this.#rem },
        style: `width:${NODE.width}rem;height:${NODE.height}rem`,
      };
    });
  }

  connect(edges: readonly GraphEdge[], roles: Roles): void {
    const chosen = new Set(untrack(() => this.edges).flatMap(({ id, selected }) => (selected ? [id] : [])));
    this.edges = edges.map(({ id, source, target, label, text }) => ({
      ...{ id, source, target, label: text, ariaLabel: label, selected: chosen.has(id) },
      domAttributes: { 'aria-roledescription': roles.edge },
      markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16 },
    }));
  }

  /** Return where the nodes stand now; null where that is where they were put. */
  movedFrom(places: Places): Places | null {
    const now = new Map(
      this.nodes.map(({ id, position }): [string, Place] => [
        id,
        [position.x / this.#rem, position.y / this.#rem],
      ]),
    );
    const isMoved = ([id, [left, top]]: [string, Place]) => {
      const [wasLeft, wasTop] = places.get(id) ?? [left, top];
      return Math.hypot(left - wasLeft, top - wasTop) > LEAST_MOVE;
    };
    return [...now].some(isMoved) ? now : null;
  }
}
