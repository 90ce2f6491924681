/** The inbox: everything that waits for the person, wherever it was asked. */
import { createContext } from 'svelte';
import type { Announcement } from '$lib/api/announcements';
import type { Client } from '$lib/api/client';
import { ApiError } from '$lib/api/errors';
import type { AnswerBody, Approval, Decision } from '$lib/api/shapes';
import { answerApproval, answerStep, decideApproval, listApprovals } from './approvals.api';
import { readDetail } from './detail';

export class Approvals {
  /** Oldest first. */
  items = $state.raw<Approval[]>([]);
  loaded = $state(false);
  /** Conversations that wait for the person. */
  readonly waiting = $derived(new Set(this.items.map((item) => readDetail(item).conversationId)));

  /** Called with what is asked anew. */
  onAsked: (approval: Approval) => void = () => undefined;

  readonly #client: Client;
  /** How often the inbox changed. */
  #changes = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const changes = this.#changes;
    const { approvals } = await listApprovals(this.#client);
    // What was heard meanwhile is newer than what was asked for before.
    if (changes !== this.#changes) {
      await this.load();
      return;
    }
    this.items = approvals;
    this.loaded = true;
  }

  find(approvalId: string | null): Approval | null {
    return this.items.find((item) => item.approval_id === approvalId) ?? null;
  }

  decide(approval: Approval, decision: Decision, note = ''): Promise<void> {
    return this.#close(approval, () => decideApproval(this.#client, approval.approval_id, decision, note));
  }

  /** Send what was entered to the server that asks for it. */
  answer(approval: Approval, content: Record<string, unknown>): Promise<void> {
    return this.#close(approval, () => answerApproval(this.#client, approval.approval_id, content));
  }

  /** Answer a step of a workflow. */
  answerStep(approval: Approval, body: AnswerBody): Promise<void> {
    return this.#close(approval, () => answerStep(this.#client, approval.approval_id, body));
  }

  async #close(approval: Approval, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      // Answered in another window, or too late: the inbox says which, and there is nothing left to decide here.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
      await this.load();
    }
    this.#remove(approval.approval_id);
  }

  hear(announcement: Announcement): void {
    if (announcement.type === 'ready') {
      this.load().catch(() => undefined);
    } else if (announcement.type === 'approval_requested') {
      this.#remove(announcement.data.approval_id);
      this.items = [...this.items, announcement.data];
      this.onAsked(announcement.data);
    } else if (announcement.type === 'approval_decided') {
      this.#remove(announcement.data.approval_id);
    }
  }

  #remove(approvalId: string): void {
    this.#changes++;
    this.items = this.items.filter((item) => item.approval_id !== approvalId);
  }
}

export const [getApprovals, setApprovals] = createContext<Approvals>();
