/** How a provider does, as a colour. */
import type { Provider } from '$lib/api/shapes';

export const KIND_OF: Record<Provider['status'], 'good' | 'caution' | 'bad' | 'plain'> = {
  ok: 'good',
  no_key: 'caution',
  bad_key: 'bad',
  unreachable: 'bad',
  unknown: 'plain',
};
