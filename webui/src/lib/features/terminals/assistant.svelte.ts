/** The conversation beside a terminal: an ordinary one, whose questions take the end of the screen along. */
import type { Client } from '$lib/api/client';
import { Thread, type Sending } from '$lib/features/chat/thread.svelte';
import { fenced } from './fence';

const CONVERSATION = 'studio.terminals.assistant.';

/** The id of the conversation about a terminal, kept in this browser. */
export const conversationOf = (terminalId: string) => localStorage.getItem(CONVERSATION + terminalId);

export const keepConversation = (terminalId: string, id: string) =>
  localStorage.setItem(CONVERSATION + terminalId, id);

export const forgetConversation = (terminalId: string) => localStorage.removeItem(CONVERSATION + terminalId);

export class AssistantThread extends Thread {
  /** Returns what goes along with a question, and is introduced by a sentence; empty: nothing does. */
  along: () => { introduction: string; lines: string } | null = () => null;

  constructor(client: Client, id: string | null, folder: string) {
    super(client, id);
    if (!id) this.folder = folder;
  }

  override send(text: string, sending: Sending = {}): Promise<boolean> {
    const along = sending.replaces ? null : this.along();
    // What is said anew has its lines already.
    const whole = along?.lines ? `${text}\n\n${along.introduction}\n\n${fenced(along.lines)}` : text;
    return super.send(whole, sending);
  }
}
