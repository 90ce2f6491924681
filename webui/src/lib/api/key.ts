/** The page's half of its session. The other half is a cookie that no script can read. */

/** The port is in the name so that nothing is mistaken where a profile was copied from one port to another. */
export const keyName = (port: string) => `studio.key.${port}`;

/** Always read anew: another tab may have signed in or out meanwhile, and the cookie is the same for all. */
export class SessionKey {
  readonly #name: string;

  constructor(port: string = location.port) {
    this.#name = keyName(port);
  }

  get(): string | null {
    return localStorage.getItem(this.#name);
  }

  put(key: string): void {
    localStorage.setItem(this.#name, key);
  }

  forget(): void {
    localStorage.removeItem(this.#name);
  }

  /** Whether a change of the browser's storage, made by another tab, is a change of the key. */
  isChangedBy(event: StorageEvent): boolean {
    return event.key === this.#name || event.key === null;
  }
}
