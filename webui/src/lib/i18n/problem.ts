/** What went wrong, as a sentence for the person. */
import { ApiError, Unreachable } from '$lib/api/errors';
import type { Core } from './en/core';

export function sentenceOf(problem: unknown, text: Core): string {
  // The server's own sentences say most: what happened, to which thing, and what to do.
  if (problem instanceof ApiError) return problem.message;
  if (problem instanceof Unreachable) return text.problems.unreachable;
  return text.problems.unknown;
}
