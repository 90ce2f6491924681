/** What can be done with the terminal in use, by its name. */
import { goto } from '$app/navigation';
import type { Action } from '$lib/actions/actions.svelte';
import type { Desk } from './desk.svelte';

export function terminalActions(desk: Desk): Action[] {
  const { terminals } = desk;
  const isOne = () => desk.terminal !== undefined;
  const isWide = () => isOne() && !desk.isNarrow;
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
