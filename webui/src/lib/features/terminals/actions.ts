/** What can be done with the terminal in use, by its name. */
import { goto } from '$app/navigation';
import type { Action } from '$lib/actions/actions.svelte';
import type { Threads } from '$lib/features/chat/threads.svelte';
import type { Desk } from './desk.svelte';

export function terminalActions(desk: Desk, threads: Threads): Action[] {
  const { terminals } = desk;
  const isOne = () => desk.terminal !== undefined;
  const isWide = () => isOne() && !desk.isNarrow;
  const hasSelection = () => desk.screen?.hasSelection === true;
  const group = 'terminals' as const;
  return [
    {
      id: 'terminals.split.row',
      group,
      icon: 'columns',
      label: (text) => text.terminals.splitRow,
      when: isWide,
      run: () => desk.split('row'),
    },
    {
      id: 'terminals.split.column',
      group,
      icon: 'rows',
      label: (text) => text.terminals.splitColumn,
      when: isWide,
      run: () => desk.split('column'),
    },
    {
      id: 'terminals.alone',
      group,
      icon: 'terminal',
      label: (text) => text.terminals.takeOut,
      when: () => desk.isSplit,
      run: () => desk.takeOut(),
    },
    {
      id: 'terminals.next',
      group,
      icon: 'down',
      label: (text) => text.terminals.next,
      when: () => terminals.items.length > 1,
      run: () => desk.step(1),
    },
    {
      id: 'terminals.previous',
      group,
      icon: 'up',
      label: (text) => text.terminals.previous,
      when: () => terminals.items.length > 1,
      run: () => desk.step(-1),
    },
    {
      id: 'terminals.search',
      group,
      icon: 'search',
      label: (text) => text.terminals.search,
      when: () => desk.screen !== undefined,
      run: () => desk.search(),
    },
    {
      id: 'terminals.assistant',
      group,
      icon: 'robot',
      label: (text) => text.assistant.toggle,
      when: isOne,
      run: () => (desk.isAssisted = !desk.isAssisted),
    },
    {
      id: 'terminals.toNewChat',
      group,
      icon: 'chat',
      label: (text) => text.terminals.toNewChat,
      when: hasSelection,
      run: () => desk.sendToChat(threads.drafts, null),
    },
    {
      id: 'terminals.toLastChat',
      group,
      icon: 'chat',
      label: (text) => text.terminals.toLastChat,
      when: () => hasSelection() && threads.lastId !== '',
      run: () => desk.sendToChat(threads.drafts, threads.lastId),
    },
    {
      id: 'terminals.rename',
      group,
      icon: 'edit',
      label: (text) => text.terminals.rename,
      when: isOne,
      run: () => desk.rename(),
    },
    {
      id: 'terminals.look',
      group,
      icon: 'theme',
      label: (text) => text.terminals.look,
      run: () => goto('/settings/terminals'),
    },
    {
      id: 'terminals.close',
      group,
      icon: 'cross',
      label: (text) => text.terminals.close,
      when: isOne,
      run: () => desk.terminal && desk.close(desk.terminal),
    },
  ];
}
