/** What is done with the terminals in sight: opened, split, closed, renamed, gone to. */
import { createContext, tick } from 'svelte';
import { MediaQuery } from 'svelte/reactivity';
import { goto } from '$app/navigation';
import type { Terminal } from '$lib/api/shapes';
import { forgetConversation } from './assistant.svelte';
import type { TerminalKey } from './keys';
import type { Drafts } from '$lib/features/chat/drafts';
import type { HostTrust } from '$lib/features/ssh/host-trust.svelte';
import { fenced } from './fence';
import { terminalsIn, type Direction } from './layout';
import type { Screen } from './screen.svelte';
import type { Terminals } from './terminals.svelte';
import type { TerminalDraft } from './terminal-socket.svelte';

export class Desk {
  /** The terminal that is asked about before it is closed. */
  closing = $state.raw<Terminal | null>(null);
  /** The id of the terminal whose name is being written. */
  renamed = $state('');
  /** The id of the terminal in whose scrollback something is looked for. */
  searched = $state('');
  /** Whether the assistant is beside the terminal in use. */
  isAssisted = $state(false);
  problem = $state.raw<unknown>(null);
  isBusy = $state(false);

  readonly terminals: Terminals;
  readonly hosts: HostTrust;
  readonly #narrow = new MediaQuery('width < 48rem');
  readonly #current: () => string | null;

  constructor(terminals: Terminals, hosts: HostTrust, current: () => string | null) {
    this.terminals = terminals;
    this.hosts = hosts;
    this.#current = current;
  }

  get id(): string | null {
    return this.#current();
  }

  /** Where there is little room one terminal is shown at a time. */
  get isNarrow(): boolean {
    return this.#narrow.current;
  }

  get terminal(): Terminal | undefined {
    return this.id ? this.terminals.find(this.id) : undefined;
  }

  get screen(): Screen | undefined {
    return this.id ? this.terminals.screens.get(this.id) : undefined;
  }

  heed(key: TerminalKey): void {
    const act: Partial<Record<TerminalKey, () => unknown>> = {
      search: () => this.search(),
      create: () => this.create(),
      splitRow: () => this.split('row'),
      splitColumn: () => this.split('column'),
      next: () => this.step(1),
      previous: () => this.step(-1),
      assistant: () => (this.isAssisted = !this.isAssisted),
      leave: () => this.leave(),
    };
    void act[key]?.();
  }

  go(id: string): void {
    void goto(`/terminals/${id}`, { keepFocus: true, noScroll: true });
  }

  create(draft: TerminalDraft = {}): Promise<void> {
    return this.#do(() => this.hosts.go(async () => this.go(await this.terminals.create(draft))));
  }

  /** Open another terminal beside the one in use, with the same shell. */
  split(direction: Direction): Promise<void> {
    return this.#do(async () => {
      const beside = this.terminal;
      if (!beside) return;
      const { kind, shell } = beside;
      const id = await this.terminals.create(kind === 'ssh' ? { kind, name: shell } : { kind, shell });
      this.terminals.layouts.split(beside.id, id, direction);
      this.go(id);
    });
  }

  /** Whether others stand beside the terminal in use. */
  get isSplit(): boolean {
    return this.id !== null && !this.isNarrow && terminalsIn(this.terminals.layouts.find(this.id)).length > 1;
  }

  /** Give the terminal in use the whole room again; the others stay where they are. */
  takeOut(): void {
    if (this.id) this.terminals.layouts.takeOut(this.id);
  }

  step(by: 1 | -1): void {
    const { items } = this.terminals;
    const at = items.findIndex(({ id }) => id === this.id);
    const next = items[(at + by + items.length) % items.length];
    if (next) this.go(next.id);
  }

  /** Put what is selected into the draft of a conversation, a new one without an id, and go there. */
  async sendToChat(drafts: Drafts, conversationId: string | null): Promise<void> {
    const selected = this.screen?.selection;
    if (!selected) return;
    const before = drafts.read(conversationId);
    drafts.write(conversationId, `${before ? `${before}\n\n` : ''}${fenced(selected)}\n\n`);
    await goto(conversationId ? `/chat/${conversationId}` : '/chat');
  }

  search(): void {
    this.searched = this.id ?? '';
  }

  rename(): void {
    this.renamed = this.id ?? '';
  }

  /** Lead out of the terminal, which has every key for itself. */
  leave(): void {
    document
      .querySelector<HTMLElement>('[data-terminal-tab][aria-current], [data-terminal-menu] button')
      ?.focus();
  }

  /** Close a terminal; ask first where something runs in it. */
  async close(terminal: Terminal): Promise<void> {
    await this.terminals.load();
    const known = this.terminals.find(terminal.id);
    if (known?.busy) this.closing = known;
    else await this.#do(() => this.reallyClose(terminal));
  }

  async reallyClose({ id }: Terminal): Promise<void> {
    const next = this.#nextOf(id);
    const isShown = id === this.id;
    await this.terminals.close(id);
    this.terminals.layouts.takeOut(id);
    forgetConversation(id);
    if (isShown) await goto(next ? `/terminals/${next}` : '/terminals', { replaceState: true });
    await tick();
  }

  /** What is shown once this one is gone: what stood beside it, else its neighbour in the list. */
  #nextOf(id: string): string | undefined {
    const ids = this.terminals.items.map((one) => one.id);
    const [neighbour] = terminalsIn(this.terminals.layouts.find(id)).filter((one) => one !== id);
    const at = ids.indexOf(id);
    return neighbour ?? ids[at + 1] ?? ids[at - 1];
  }

  async #do(act: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.problem = null;
    try {
      await act();
    } catch (error) {
      this.problem = error;
    }
    this.isBusy = false;
  }
}

export const [getDesk, setDesk] = createContext<Desk>();
