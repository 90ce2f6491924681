/** How states of a server and of its tools look. */
import type { McpStatus, McpTool } from '$lib/api/shapes';

export const STATE_KINDS = {
  off: 'plain',
  quarantined: 'caution',
  idle: 'plain',
  connecting: 'accent',
  running: 'good',
  failed: 'bad',
  sign_in: 'caution',
} as const satisfies Record<McpStatus['state'], string>;

export const TOOL_KINDS = {
  approved: 'plain',
  new: 'caution',
  changed: 'bad',
  gone: 'plain',
} as const satisfies Record<McpTool['state'], string>;
