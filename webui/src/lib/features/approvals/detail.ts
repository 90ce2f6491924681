/** What an approval is about, read from its detail. */
import type { Approval } from '$lib/api/shapes';

export interface Asked {
  tool: string;
  args: unknown;
  folder: string;
  /** What the call touches, as rules are held against it. */
  subjects: string[];
  /** Null where a program asked without a conversation. */
  conversationId: string | null;
}

export function readDetail({ detail, title }: Approval): Asked {
  const { name, args, cwd, subjects, conversation_id: conversationId } = detail;
  return {
    tool: typeof name === 'string' ? name : title,
    args,
    folder: typeof cwd === 'string' ? cwd : '',
    subjects: Array.isArray(subjects) ? subjects.map(String) : [],
    conversationId: typeof conversationId === 'string' ? conversationId : null,
  };
}
