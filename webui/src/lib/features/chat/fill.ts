/** How much of what a model can hold a conversation takes. */
import type { Compaction, Message } from '$lib/api/shapes';

/** From here on the oldest messages are summarised. */
export const FULL = 0.8;

export interface Fill {
  /** Tokens, of `limit`. */
  used: number;
  limit: number;
  isGuess: boolean;
}

/** Return what the last answer took; null where that, or what its model can hold, is not known. */
export function fillOf(
  messages: readonly Message[],
  limit: number | null,
  summary: Compaction | null,
): Fill | null {
  const counted = messages.findLast(({ usage }) => usage.context_tokens > 0);
  if (!counted || !limit) return null;
  const { context_tokens, estimated } = counted.usage;
  if (!summary || summary.upto !== messages.at(-1)?.id) {
    return { used: context_tokens, limit, isGuess: estimated };
  }
  // Nobody has counted since the summary took the place of all this.
  const { tokens_before, tokens_after } = summary;
  return { used: Math.max(context_tokens - tokens_before, 0) + tokens_after, limit, isGuess: true };
}
