/** Calls that a step made, as the cards of calls take them. */
import type { MadeCall, Part } from '$lib/api/shapes';

export const partOf = ({ diff, ...call }: MadeCall): Part => ({
  kind: 'tool_call',
  text: '',
  call,
  approval_id: null,
  duration_ms: null,
  meta: diff ? { diff } : {},
});
