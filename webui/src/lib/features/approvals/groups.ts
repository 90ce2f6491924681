/** Questions of the inbox, with those that the server says are alike. */
import type { Approval } from '$lib/api/shapes';

export interface Group {
  key: string;
  approvals: Approval[];
}

/** Return every question with those that are like it, where the first of them stands. */
export function groupAlike(approvals: readonly Approval[]): Group[] {
  const groups = new Map<string, Group>();
  for (const approval of approvals) {
    const key = approval.likeness ?? approval.approval_id;
    const group = groups.get(key);
    if (group) group.approvals.push(approval);
    else groups.set(key, { key, approvals: [approval] });
  }
  return [...groups.values()];
}

/** Whether nobody answered in time, also where the server has not said so yet. */
export const isOverdue = ({ expires_at }: Approval, now: number): boolean =>
  expires_at !== null && Date.parse(expires_at) <= now;

/** Return where the focus goes from a place in a list of so many; -1 where nothing is there. */
export function placeAfter(place: number, key: string, count: number): number {
  if (!count) return -1;
  const step = key === 'ArrowDown' ? 1 : -1;
  return place < 0 ? 0 : Math.min(Math.max(place + step, 0), count - 1);
}
