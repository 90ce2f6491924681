import type { HandleClientError } from '@sveltejs/kit';
import { watchLinks } from '$lib/features/accounts/link';

/** Runs before the router looks at the address. */
export const init = (): void => watchLinks();

/** An address where nothing is is no fault of the page: it says so, and the console need not. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status !== 404) console.error(error);
  return { message };
};
