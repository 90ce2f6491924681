/** What the server tells the page as it happens. A closed list; what is not in it is not heard. */
import type { Approval, Installation } from './shapes';

interface OfConversation {
  conversation_id: string;
}

interface OfTurn extends OfConversation {
  message_id: string;
}

export type Announcement =
  | { type: 'ready'; data: object }
  | { type: 'conversation_changed'; data: OfConversation }
  | { type: 'conversation_deleted'; data: OfConversation }
  | { type: 'turn_began'; data: OfTurn }
  | { type: 'turn_over'; data: OfTurn }
  | { type: 'approval_requested'; data: Approval }
  | { type: 'approval_decided'; data: Approval }
  | { type: 'providers_changed'; data: object }
  | { type: 'installation_changed'; data: Installation }
  | { type: 'profile_changed'; data: object }
  | { type: 'unseen_runs_changed'; data: object }
  | { type: 'windows_changed'; data: { is_told: boolean } };

const TYPES: ReadonlySet<string> = new Set<Announcement['type']>([
  'ready',
  'conversation_changed',
  'conversation_deleted',
  'turn_began',
  'turn_over',
  'approval_requested',
  'approval_decided',
  'providers_changed',
  'installation_changed',
  'profile_changed',
  'unseen_runs_changed',
  'windows_changed',
]);

/** Read one message of the socket; null for what is not known here. */
export function readAnnouncement(message: unknown): Announcement | null {
  if (typeof message !== 'string') return null;
  try {
    const value: unknown = JSON.parse(message);
    const isKnown = value && typeof value === 'object' && 'type' in value && TYPES.has(String(value.type));
    return isKnown ? (value as Announcement) : null;
  } catch {
    return null;
  }
}
