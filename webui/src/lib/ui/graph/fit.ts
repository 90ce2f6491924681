/** How near a graph is looked at. */

export const NEAREST = 2;
export const FARTHEST = 0.2;

/** Nearer than this, what stands in the nodes can be read on a narrow page. */
export const READABLE = 0.7;

/** All of it, but no larger than it is. */
export const FIT = { padding: 0.12, maxZoom: 1, minZoom: FARTHEST };
