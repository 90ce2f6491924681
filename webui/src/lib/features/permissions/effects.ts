/** What a rule does, as a colour. */
import type { Rule } from '$lib/api/shapes';

export const KIND_OF: Record<Rule['effect'], 'good' | 'plain' | 'bad'> = {
  allow: 'good',
  ask: 'plain',
  deny: 'bad',
};
