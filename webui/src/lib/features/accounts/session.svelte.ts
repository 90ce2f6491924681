/** Whether this browser is signed in. */
import { createContext } from 'svelte';
import type { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import type { SessionKey } from '$lib/api/key';
import type { Info } from '$lib/api/shapes';
import { signIn, signOut, type Credential } from './accounts.api';
import { spendLink } from './link';

const RETRY_MS = 1500;

export class Session {
  state = $state<'unknown' | 'signed_in' | 'signed_out' | 'unreachable'>('unknown');
  /** What the server is; there while signed in. */
  info = $state.raw<Info | null>(null);
  /** Why a sign-in failed. */
  problem = $state.raw<unknown>(null);

  readonly #client: Client;
  readonly #key: SessionKey;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, key: SessionKey) {
    this.#client = client;
    this.#key = key;
  }

  /** Find out whether the browser is signed in; spend a one-time link if it came with one. */
  async open(): Promise<void> {
    clearTimeout(this.#retry);
    const link = spendLink();
    if (link) await this.signIn({ link });
    // A link that no longer counts does not end a session that does.
    if (!link || this.problem) await this.#look();
  }

  async signIn(credential: Credential): Promise<void> {
    this.problem = null;
    try {
      this.#key.put((await signIn(this.#client, credential)).key);
      await this.#look();
    } catch (error) {
      this.problem = error;
    }
  }

  async signOut(): Promise<void> {
    // Without its key the session is of no use to anybody, whether the server heard of it or not.
    await signOut(this.#client).catch(() => undefined);
    this.#key.forget();
    this.lose();
  }

  /** The server does not know this browser any more. */
  lose(): void {
    this.info = null;
    this.state = 'signed_out';
  }

  async #look(): Promise<void> {
    if (!this.#key.get()) {
      this.lose();
      return;
    }
    try {
      this.info = await this.#client.get('/api/info');
      this.problem = null;
      this.state = 'signed_in';
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        this.lose();
        return;
      }
      this.state = 'unreachable';
      this.#retry = setTimeout(() => void this.#look(), RETRY_MS);
    }
  }
}

export const [getSession, setSession] = createContext<Session>();
