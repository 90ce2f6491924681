/** The pieces of an answer, arranged for reading. */
import type { Part, ToolCall } from '$lib/api/shapes';
import { isReading } from '$lib/features/tools/tools';

export interface CallPart extends Part {
  call: ToolCall;
}

export type Arranged =
  | { kind: 'text'; key: string; part: Part; isLast: boolean }
  | { kind: 'thinking'; key: string; part: Part; isLast: boolean }
  | { kind: 'call'; key: string; part: CallPart }
  | { kind: 'reads'; key: string; parts: CallPart[] };

export const isCall = (part: Part): part is CallPart => part.call !== null;

/** Whether a call only looks, and nobody is or was asked about it. */
const isRead = (part: Part): part is CallPart =>
  isCall(part) && isReading(part.call.name) && part.approval_id === null;

/** Return the pieces in order, consecutive reads as one. Keys stay while the answer grows. */
export function arrange(parts: readonly Part[]): Arranged[] {
  const arranged: Arranged[] = [];
  parts.forEach((part, index) => {
    const key = String(index);
    const last = arranged.at(-1);
    if (isRead(part)) {
      if (last?.kind === 'reads') last.parts.push(part);
      else arranged.push({ kind: 'reads', key, parts: [part] });
    } else if (isCall(part)) {
      arranged.push({ kind: 'call', key, part });
    } else if (part.text) {
      const kind = part.kind === 'thinking' ? 'thinking' : 'text';
      arranged.push({ kind, key, part, isLast: index === parts.length - 1 });
    }
  });
  return arranged;
}
