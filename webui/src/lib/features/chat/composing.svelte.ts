/** What the person is about to say in one view: the text, the images, and how it shall be answered. */
import { Attachments } from './attachments.svelte';
import type { OutgoingImage } from './images';
import type { Drafts } from './drafts';
import type { Thread } from './thread.svelte';

export class Composing {
  readonly attachments = new Attachments();
  readonly #thread: Thread;
  readonly #drafts: Drafts;
  #text = $state('');
  #reflects = $state(false);

  constructor(thread: Thread, drafts: Drafts) {
    this.#thread = thread;
    this.#drafts = drafts;
    this.#text = drafts.read(thread.id);
    this.#reflects = drafts.reflects(thread.id);
  }

  get text(): string {
    return this.#text;
  }

  /** What is typed is kept as a draft until it is sent. */
  set text(text: string) {
    this.#text = text;
    this.#drafts.write(this.#thread.id, text);
  }

  /** Whether another provider reports first. */
  get reflects(): boolean {
    return this.#reflects;
  }

  set reflects(on: boolean) {
    this.#reflects = on;
    this.#drafts.reflect(this.#thread.id, on);
  }

  get isEmpty(): boolean {
    return this.#text.trim() === '' && this.attachments.items.length === 0;
  }

  /** Send it, or let it wait for the end of the answer that is being written. */
  async send(): Promise<void> {
    // What was pasted just before goes with it.
    await this.attachments.settle();
    if (this.isEmpty) return;
    const [text, images] = [this.#text, this.attachments.take()];
    this.text = '';
    if (this.#thread.isBusy) {
      this.#thread.queue.push({ text, images, reflects: this.#reflects });
      return;
    }
    if (await this.#thread.send(text, { reflects: this.#reflects, images })) return;
    // What was refused is not lost.
    this.#giveBack(text, images);
  }

  /** Write on at a message that waits. */
  takeBack(key: string): void {
    const message = this.#thread.queue.take(key);
    if (message) this.#giveBack(message.text, message.images);
  }

  /** What was typed or attached meanwhile stays. */
  #giveBack(text: string, images: readonly OutgoingImage[]): void {
    this.text = this.#text ? `${text}\n\n${this.#text}` : text;
    this.attachments.giveBack(images);
  }
}
