/** Which host it is: asked before anything is sent to one that is not known, and refused where its key changed. */
import type { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import { trustHost } from './ssh.api';

export interface HostQuestion {
  host: string;
  port: number;
  keyType: string;
  fingerprint: string;
  /** The one it is trusted for; empty where it is not known yet. */
  trusted: string;
  /** What the server says of it. */
  sentence: string;
  again: () => Promise<void>;
}

const UNKNOWN = 'host_key_unknown';
const CHANGED = 'host_key_changed';

export class HostTrust {
  question = $state.raw<HostQuestion | null>(null);

  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Do what goes to another machine. Where it shows a key that is not trusted, that becomes the question. */
  async go(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError) || ![UNKNOWN, CHANGED].includes(error.code)) throw error;
      this.question = readQuestion(error, act);
    }
  }

  /** Let the host show this key from now on, and do again what was refused. */
  async trust({ host, port, keyType, fingerprint, again }: HostQuestion): Promise<void> {
    await trustHost(this.#client, { host, port, key_type: keyType, fingerprint });
    this.question = null;
    await this.go(again);
  }
}

function readQuestion({ code, message, detail }: ApiError, again: () => Promise<void>): HostQuestion {
  const text = (name: string) => (typeof detail[name] === 'string' ? detail[name] : '');
  return {
    host: text('host'),
    port: typeof detail['port'] === 'number' ? detail['port'] : 22,
    keyType: text('key_type'),
    fingerprint: text('fingerprint'),
    trusted: code === CHANGED ? text('trusted_fingerprint') : '',
    sentence: message,
    again,
  };
}
