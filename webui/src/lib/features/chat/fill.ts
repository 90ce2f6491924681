/** How much of what a model can hold a conversation takes. */
import type { Compaction, Message } from '$lib/api/shapes';

/** From here on the oldest messages are summarised. */
export const FULL = 0.8;
/** A usual guess for English, French and code. */
const CHARACTERS_PER_TOKEN = 4;
/** About what the common providers count for a large picture. */
const TOKENS_PER_IMAGE = 1500;

/** Tokens that are taken. */
export interface Taken {
  used: number;
  isGuess: boolean;
}

/** Return what the last answer took, with all that was told before it; null before anybody counted. */
export function takenBy(messages: readonly Message[], summary: Compaction | null): Taken | null {
  const counted = messages.findLast(({ usage }) => usage.context_tokens > 0);
  if (!counted) return null;
  const { context_tokens, estimated } = counted.usage;
  const isNewer = messages.findIndex(({ id }) => id === summary?.upto) >= messages.indexOf(counted);
  if (!summary || !isNewer) return { used: context_tokens, isGuess: estimated };
  // Nobody has counted since the summary took the place of all this.
  const { tokens_before, tokens_after } = summary;
  return { used: Math.max(context_tokens - tokens_before, 0) + tokens_after, isGuess: true };
}

/** Return about how many tokens a message takes that is not sent yet. */
export function tokensOf(text: string, images: number): number {
  return Math.ceil(text.trim().length / CHARACTERS_PER_TOKEN) + images * TOKENS_PER_IMAGE;
}

/** Return what is taken once the draft is sent; null where that is nothing. */
export function withDraft(taken: Taken | null, draft: number): Taken | null {
  if (!draft) return taken;
  return { used: (taken?.used ?? 0) + draft, isGuess: true };
}
