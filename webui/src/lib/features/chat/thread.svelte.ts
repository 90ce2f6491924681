/** One conversation on the screen: its messages, and the answer that is being written. */
import type { Client } from '$lib/api/client';
import { ApiError, isAborted, Unreachable } from '$lib/api/errors';
import type { Conversation, ConversationSummary, ImageRecord, Message } from '$lib/api/shapes';
import { readTurnEvent, type TurnEvent } from '$lib/api/turn-events';
import { exportConversation, type Format } from '$lib/features/exports/exports.api';
import { saveFile } from '$lib/text/download';
import { Compactions } from '$lib/features/compactions/compactions.svelte';
import { getConversation } from '$lib/features/conversations/conversations.api';
import { followTurn, getContextLimit, sendMessage, showMessage, stopTurn, type Outgoing } from './chat.api';
import { takenBy } from './fill';
import { Frames } from './frames';
import type { OutgoingImage } from './images';
import { draftMessage, ShownMessage, textOf } from './message.svelte';
import { GrowingAnswer, keepDurations } from './growing-answer';
import { Queue } from './queue.svelte';

let made = 0;

/** How a message is sent. */
export interface Sending {
  /** Whether another provider reports on it first. */
  reflects?: boolean;
  /** Left out where a message is replaced: those of that one. */
  images?: readonly OutgoingImage[] | undefined;
  /** The id of the message that this is another version of. All that followed that one is no longer shown. */
  replaces?: string;
}

export class Thread {
  /** Stays the same when a new conversation gets its id. */
  readonly key = `t${made++}`;
  id = $state<string | null>(null);
  summary = $state.raw<ConversationSummary | null>(null);
  messages = $state.raw<ShownMessage[]>([]);
  state = $state<'ready' | 'loading' | 'missing' | 'failed'>('ready');
  /** Why it could not be loaded, or the last message not be sent. */
  problem = $state.raw<unknown>(null);
  /** The answer that is being written; null while none is. */
  running = $state.raw<ShownMessage | null>(null);
  /** A folder to work in from the next message on; empty: the conversation's own. */
  folder = $state('');
  readonly compactions: Compactions;
  /** What is said while an answer is being written. After one that was stopped or failed it waits for the person. */
  readonly queue: Queue;
  /** How many tokens the model of the last answer can hold, where that is known. */
  limit = $state<number | null>(null);
  /** How many tokens the model was told last; null before anybody counted. */
  readonly taken = $derived.by(() =>
    takenBy(
      this.messages.map(({ content }) => content),
      this.compactions.latest,
    ),
  );
  /** Called when a new conversation got its id. */
  onCreated: (id: string) => void = () => undefined;
  /** Called when the answer waits for a decision of the person. */
  onAsked: () => void = () => undefined;

  readonly #client: Client;
  #looks = 0;
  #isStopping = false;
  /** The message that was looked for last in other versions. */
  #revealed = '';
  /** A browser holds six connections to one place at most, so nothing is listened to that is not shown. */
  #listening: AbortController | null = null;

  constructor(client: Client, id: string | null) {
    this.#client = client;
    this.compactions = new Compactions(client);
    this.queue = new Queue(id);
    this.id = id;
    if (id) this.state = 'loading';
  }

  /** Show what the server has; go on listening where an answer is being written. */
  async load(): Promise<void> {
    if (!(await this.#look())) return;
    if (!this.isBusy && this.messages.at(-1)?.content.status === 'complete') void this.sendQueued();
  }

  /** Return whether what is shown now is what the server has. */
  async #look(): Promise<boolean> {
    if (!this.id || this.running) return false;
    const look = ++this.#looks;
    try {
      const found = await getConversation(this.#client, this.id);
      if (look !== this.#looks || this.isBusy) return false;
      this.#show(found);
      this.state = 'ready';
      this.problem = null;
      return true;
    } catch (error) {
      if (look === this.#looks) this.#fail(error);
      return false;
    }
  }

  /** Look at what a model is told of it: what is summarised, and how much it can hold. */
  async loadContext(): Promise<void> {
    if (!this.id) return;
    const [limit] = await Promise.all([
      getContextLimit(this.#client, this.id),
      this.compactions.load(this.id),
    ]);
    this.limit = limit;
  }

  get isBusy(): boolean {
    return this.running !== null;
  }

  /** Send a message and hear its answer. Return whether the server took it; if not, `problem` says why. */
  async send(text: string, { reflects = false, images, replaces }: Sending = {}): Promise<boolean> {
    if (this.isBusy) return false;
    this.#looks++;
    this.problem = this.compactions.problem = null;
    const before = this.messages;
    const answer = new ShownMessage(draftMessage('assistant', ''));
    const place = replaces ? before.findIndex(({ content }) => content.id === replaces) : before.length;
    const replaced = before[place];
    const pictures = images?.map(recordOf) ?? replaced?.content.images ?? [];
    const question = new ShownMessage(draftMessage('user', text, pictures), replaced?.key);
    this.messages = [...before.slice(0, place), question, answer];
    this.running = answer;
    // A text is asked for; a blank one is taken where images come with it.
    const outgoing: Outgoing = { message: text || ' ' };
    const last = before.at(-1)?.content.id;
    if (replaces) outgoing.replaces = replaces;
    else if (last) outgoing.after = last;
    if (images?.length) outgoing.images = [...images];
    if (this.id) outgoing.conversation_id = this.id;
    if (this.folder) outgoing.cwd = this.folder;
    if (reflects) outgoing.advanced_reflection = true;
    try {
      const signal = this.#listen();
      await this.#hear(answer, sendMessage(this.#client, outgoing, signal), new GrowingAnswer());
      return true;
    } catch (error) {
      if (answer.content.id) return true;
      // Refused before an answer began: the message was not taken, so it must not look as if it was.
      this.messages = before;
      this.running = null;
      // Whoever was not up to date looks at what was said meanwhile.
      if (error instanceof ApiError && error.code === 'conversation_moved') await this.#look();
      this.problem = error;
      return false;
    }
  }

  /** Send the first of the messages that wait. One that is refused waits on, until the person says so. */
  async sendQueued(): Promise<void> {
    const message = this.isBusy ? null : this.queue.next();
    if (!message) return;
    const { text, reflects, images } = message;
    if (!(await this.send(text, { reflects, images }))) this.queue.giveBack(message);
  }

  /** Ask for another answer in the place of this one; the old one is kept as a version. */
  async retry(answerId: string, { reflects = false } = {}): Promise<void> {
    const place = this.messages.findIndex(({ content }) => content.id === answerId);
    const asked = this.messages.slice(0, place).findLast(({ content }) => content.role === 'user')?.content;
    if (asked) await this.send(textOf(asked), { reflects, replaces: asked.id });
  }

  /** Show a message that is not shown, once: it may be in another version, or gone. */
  reveal(messageId: string): void {
    if (this.#revealed === messageId) return;
    this.#revealed = messageId;
    void this.show(messageId);
  }

  /** Show the version that a message belongs to, with all that followed it. */
  async show(messageId: string): Promise<void> {
    if (!this.id || this.isBusy) return;
    const look = ++this.#looks;
    try {
      const found = await showMessage(this.#client, this.id, messageId);
      if (look === this.#looks) this.#show(found);
    } catch (error) {
      if (!(error instanceof Unreachable)) this.problem = error;
    }
  }

  /** Let the browser keep the conversation as a file. */
  async save(format: Format): Promise<void> {
    if (!this.id) return;
    try {
      saveFile(await exportConversation(this.#client, this.id, format));
    } catch (error) {
      this.problem = error;
    }
  }

  /** End the answer that is being written; what was said so far is kept. */
  async stop(): Promise<void> {
    if (!this.running) return;
    // A conversation that is only being created has no id yet: it is stopped as soon as it has one.
    if (!this.id) this.#isStopping = true;
    else await stopTurn(this.#client, this.id).catch((error: unknown) => (this.problem = error));
  }

  /** Stop listening: nobody looks. The answer goes on without a listener, and is there when somebody looks again. */
  leave(): void {
    // Before its first event nobody knows whether the server has the message.
    if (this.running?.content.id) this.#listening?.abort();
  }

  #show({ conversation, messages, running }: Conversation): void {
    this.summary = conversation;
    if (this.folder === conversation.cwd) this.folder = '';
    const byId = new Map(this.messages.map((shown) => [shown.content.id, shown]));
    const unconfirmed = this.messages.filter((shown) => !shown.content.id && shown.content.role === 'user');
    this.messages = messages.map((message: Message) => {
      // Versions of one message take each other's place on the screen.
      const known = [message.id, ...message.versions].find((id) => byId.has(id));
      const shown = known ? byId.get(known) : message.role === 'user' ? unconfirmed.shift() : undefined;
      return shown ? confirm(shown, message) : new ShownMessage(message);
    });
    const writing = this.messages.find((shown) => shown.content.id === running);
    if (writing) void this.#follow(writing);
  }

  async #follow(answer: ShownMessage): Promise<void> {
    this.running = answer;
    const events = followTurn(this.#client, answer.content.id, this.#listen());
    await this.#hear(answer, events, new GrowingAnswer(answer.content.parts)).catch((error: unknown) => {
      const isOver = error instanceof ApiError || error instanceof Unreachable || isAborted(error);
      if (!isOver) throw error;
    });
  }

  #fail(error: unknown): void {
    if (error instanceof ApiError && error.status === 404) {
      this.state = 'missing';
    } else if (this.state !== 'ready') {
      this.state = 'failed';
      this.problem = error;
    } else if (!(error instanceof Unreachable)) {
      // That nobody answers is said of the whole page; what is shown stays.
      this.problem = error;
    }
  }

  #listen(): AbortSignal {
    this.#listening = new AbortController();
    return this.#listening.signal;
  }

  /** Listen to the end, then show what was kept. What breaks off is shown as the server has it. */
  async #hear(
    answer: ShownMessage,
    batches: AsyncIterable<unknown[]>,
    growing: GrowingAnswer,
  ): Promise<void> {
    let isLive = answer.content.id === '';
    const frames = new Frames<TurnEvent>((events) => {
      // What happened before this page listened took no measurable time here.
      growing.take(events, { now: isLive ? performance.now() : null });
      isLive = true;
      answer.content = apply(answer.content, growing, events);
    });
    try {
      for await (const batch of batches) {
        const events = batch.map(readTurnEvent).filter((event) => event !== null);
        this.#greet(answer, events);
        if (events.some(({ kind }) => kind === 'approval')) this.onAsked();
        frames.push(events);
      }
    } finally {
      frames.flush();
      if (this.running === answer && answer.content.id) {
        this.running = null;
        if (!this.#listening?.signal.aborted) void this.load();
      }
    }
  }

  /** The first event says which conversation and which answer this is. */
  #greet(answer: ShownMessage, events: TurnEvent[]): void {
    const started = events.find((event) => event.kind === 'started');
    if (!started) return;
    answer.content = { ...answer.content, id: started.messageId };
    if (this.id) return;
    this.id = started.conversationId;
    this.queue.adopt(this.id);
    this.onCreated(started.conversationId);
    if (this.#isStopping) void this.stop();
  }
}

/** An image that the server does not have yet is its own source. */
const recordOf = ({ data, filename, mime_type }: OutgoingImage): ImageRecord => ({
  id: '',
  url: data,
  filename,
  mime_type,
});

function confirm(shown: ShownMessage, message: Message): ShownMessage {
  shown.content = { ...message, parts: keepDurations(message.parts, shown.content.parts) };
  return shown;
}

/** Return the answer with what was heard. */
function apply(message: Message, growing: GrowingAnswer, events: TurnEvent[]): Message {
  const heard: Message = growing.parts.length ? { ...message, parts: growing.parts } : { ...message };
  for (const event of events) {
    if (event.kind === 'usage') heard.usage = event.usage;
    if (event.kind === 'error') heard.error = event.sentence;
  }
  return heard;
}
