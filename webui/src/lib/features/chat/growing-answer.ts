/** An answer while it is written: events in, pieces out. Pieces that did not change stay the same objects. */
import type { Part } from '$lib/api/shapes';
import type { TurnEvent } from '$lib/api/turn-events';

/** Stands between the texts of two rounds of one answer; here they are two pieces anyway. */
const SEPARATOR = '\n\n';

export interface Clock {
  /** Milliseconds, or null while events are heard again that happened before. */
  now: number | null;
}

/** What an answer consists of so far. `known` is what was kept of it before this stream began. */
export class GrowingAnswer {
  parts: Part[] = [];
  readonly #known: Part[];
  /** When the thought that is being thought began. */
  #thinkingSince: number | null = null;

  constructor(known: Part[] = []) {
    this.#known = known;
  }

  take(events: readonly TurnEvent[], { now }: Clock): void {
    for (const event of events) {
      switch (event.kind) {
        case 'text':
          this.#endThought(now);
          this.#grow('text', event.text);
          break;
        case 'thought':
          this.#thinkingSince ??= now;
          this.#grow('thinking', event.text);
          break;
        case 'thought_over':
          this.#endThought(now);
          break;
        case 'call':
          this.#endThought(now);
          this.#push({ ...EMPTY, kind: 'tool_call', call: callOf(event) });
          break;
        case 'approval':
          this.#patchCall(event.callId, (part) => ({ ...part, approval_id: event.approvalId }));
          break;
        case 'result':
          this.#patchCall(event.callId, (part) => withResult(part, event));
          break;
      }
    }
  }

  #grow(kind: 'text' | 'thinking', text: string): void {
    const last = this.parts.at(-1);
    if (last?.kind === kind) this.#put(this.parts.length - 1, { ...last, text: last.text + text });
    else if (text !== SEPARATOR) this.#push({ ...EMPTY, kind, text });
  }

  #endThought(now: number | null): void {
    const last = this.parts.length - 1;
    const part = this.parts[last];
    if (part?.kind === 'thinking' && this.#thinkingSince !== null && now !== null) {
      this.#put(last, { ...part, duration_ms: now - this.#thinkingSince });
    }
    this.#thinkingSince = null;
  }

  /** Ids of calls are the provider's own, and may come again in a later round: the latest open one is meant. */
  #patchCall(callId: string, change: (part: Part) => Part): void {
    let index = this.parts.findLastIndex((part) => part.call?.id === callId && part.call.result === null);
    if (index < 0 && this.parts.length === 0) {
      // An answer that goes on after an interruption: the stream tells only what is new.
      this.parts = [...this.#known];
      index = this.parts.findLastIndex((part) => part.call?.id === callId && part.call.result === null);
    }
    const part = this.parts[index];
    if (part) this.#put(index, change(part));
  }

  #push(part: Part): void {
    this.parts = [...this.parts, part];
  }

  #put(index: number, part: Part): void {
    this.parts = this.parts.with(index, part);
  }
}

const EMPTY = { text: '', call: null, approval_id: null, duration_ms: null, meta: {} };

function callOf({ callId, name, args }: Extract<TurnEvent, { kind: 'call' }>): Part['call'] {
  return { id: callId, name, args, result: null, is_error: false };
}

function withResult(part: Part, result: Extract<TurnEvent, { kind: 'result' }>): Part {
  if (!part.call) return part;
  const meta = result.sudoBlocked ? { ...part.meta, sudo_blocked: true } : part.meta;
  return { ...part, meta, call: { ...part.call, result: result.content, is_error: result.isError } };
}

/** Return stored pieces with what only the page measured: how long the thoughts took. */
export function keepDurations(stored: Part[], shown: readonly Part[]): Part[] {
  return stored.map((part, index) => {
    const before = shown[index];
    const isSame = part.kind === 'thinking' && before?.kind === 'thinking' && part.duration_ms === null;
    return isSame && before.duration_ms !== null ? { ...part, duration_ms: before.duration_ms } : part;
  });
}
