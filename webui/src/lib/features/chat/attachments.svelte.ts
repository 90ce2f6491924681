/** The images that go with the next message, as long as its view lives. */
import { MOST_IMAGES, readImage, type OutgoingImage, type RefusalReason } from './images';

export interface Attached {
  key: number;
  image: OutgoingImage;
}

/** A file that was not attached, and why. */
export interface Refusal {
  filename: string;
  reason: RefusalReason;
}

let made = 0;
const attach = (image: OutgoingImage): Attached => ({ key: made++, image });

export class Attachments {
  items = $state.raw<Attached[]>([]);
  refused = $state.raw<Refusal[]>([]);
  /** Files are read one after the other, so that they stay in order and are counted once. */
  #reading: Promise<void> = Promise.resolve();
  #round = 0;

  /** Attach those of the files that can be sent; `refused` then names the others. */
  add(files: readonly File[]): Promise<void> {
    if (!this.#round++) this.refused = [];
    const reading = this.#reading.then(() => this.#read(files)).finally(() => this.#round--);
    this.#reading = reading;
    return reading;
  }

  /** Wait until what was chosen so far is read. */
  settle(): Promise<void> {
    return this.#reading;
  }

  remove(key: number): void {
    this.items = this.items.filter((item) => item.key !== key);
    this.refused = [];
  }

  /** Return all images, and keep none. */
  take(): OutgoingImage[] {
    const images = this.items.map(({ image }) => image);
    this.items = [];
    this.refused = [];
    return images;
  }

  /** Put images that could not be sent before those that were attached meanwhile, as many as there may be. */
  giveBack(images: readonly OutgoingImage[]): void {
    const all = [...images.map(attach), ...this.items];
    this.items = all.slice(0, MOST_IMAGES);
    this.refused = all.slice(MOST_IMAGES).map(({ image }) => ({ filename: image.filename, reason: 'count' }));
  }

  async #read(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const read = this.items.length < MOST_IMAGES ? await readImage(file) : 'count';
      if (typeof read === 'string') this.refused = [...this.refused, { filename: file.name, reason: read }];
      else this.items = [...this.items, attach(read)];
    }
  }
}
