/** Sending messages, following answers and stopping them. */
import type { Client } from '$lib/api/client';
import type { OutgoingImage } from './images';

export interface Outgoing {
  message: string;
  conversation_id?: string;
  /** Left out where a message is replaced: those of that one. */
  images?: OutgoingImage[];
  /** The id of the message that this is another version of. */
  replaces?: string;
  /** The last message that the person sees: nothing is taken where another one is the last. */
  after?: string;
  cwd?: string;
  /** Whether another provider reports on the question first. */
  advanced_reflection?: boolean;
}

export const sendMessage = (client: Client, outgoing: Outgoing, signal: AbortSignal) =>
  client.postStream('/api/chat', { body: { ...outgoing, stream: true }, signal });

export const followTurn = (client: Client, message_id: string, signal: AbortSignal) =>
  client.getStream('/api/studio/turns/{message_id}/events', { path: { message_id }, signal });

/** Show the version that a message belongs to, with all that followed it. */
export const showMessage = (client: Client, id: string, message_id: string) =>
  client.post('/api/studio/conversations/{id}/shown', { path: { id }, body: { message_id } });

export const stopTurn = (client: Client, conversation_id: string) =>
  client.post('/api/chat/stop', { body: { conversation_id } });

/** How many tokens the model that answered last can hold; null where that is not known. */
export const getContextLimit = async (client: Client, conversation_id: string) =>
  (await client.get('/api/chat/history', { query: { conversation_id, limit: 1 } })).tokens.limit;

export const getImage = (client: Client, url: string, signal: AbortSignal) => client.getBlob(url, signal);
