/** What a graph draws. */
import type { Snippet } from 'svelte';
import type { Edge } from './layers';

export interface GraphNode {
  id: string;
  /** What is said of it to those who do not see it. */
  label: string;
  look: 'plain' | 'accent' | 'good' | 'caution' | 'bad';
}

export interface GraphEdge extends Edge {
  /** What is said of it to those who do not see it. */
  label: string;
  /** What stands on it; may be empty. */
  text: string;
}

export interface GraphProps {
  /** What it is a graph of. */
  label: string;
  nodes: readonly GraphNode[];
  /** Those with an end that is not there are not drawn. */
  edges: readonly GraphEdge[];
  /** The id of the node or edge that is chosen; empty: none. */
  chosen: string;
  /** Under which name this browser remembers where nodes were moved to. */
  memory: string;
  /** Nothing can be moved or connected. */
  isFixed?: boolean;
  /** Called for what is to be connected; nothing is, until there is an edge. */
  onconnect?: (source: string, target: string) => void;
  /** Called for a node that is clicked, or on which Enter is pressed. */
  onpick?: (id: string) => void;
  /** Called for keys pressed on a node or an edge. */
  onpress?: (id: string, event: KeyboardEvent) => void;
  /** Called for what is clicked twice. */
  onopen?: (id: string) => void;
  /** Draws what stands in a node. */
  node: Snippet<[string]>;
}
