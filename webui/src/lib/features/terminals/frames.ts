/** What the server says over the socket of a terminal, beside its output. A closed list. */

export interface Ending {
  code: number | null;
  signal: string | null;
  /** Why, where neither says it. */
  reason?: string;
}

export interface Ready {
  session_id: string;
  shell: string;
  name: string;
  reattached: boolean;
  /** Bytes that nobody can show any more. */
  missed: number;
  /** How many bytes were ever printed, once what follows first is shown. */
  offset: number;
  replay_bytes: number;
}

export type Frame =
  | { type: 'auth_info' }
  | { type: 'ready'; data: Ready }
  | { type: 'exit'; data: Ending }
  /** Beside its sentence it may have what is known of a host. */
  | { type: 'error'; data: string; code?: string };

const TYPES: ReadonlySet<string> = new Set<Frame['type']>(['auth_info', 'ready', 'exit', 'error']);

/** Read one frame; null for what is not known here. */
export function readFrame(message: string): Frame | null {
  try {
    const value: unknown = JSON.parse(message);
    const isKnown = value && typeof value === 'object' && 'type' in value && TYPES.has(String(value.type));
    return isKnown ? (value as Frame) : null;
  } catch {
    return null;
  }
}
