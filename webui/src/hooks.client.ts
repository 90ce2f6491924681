import type { HandleClientError } from '@sveltejs/kit';
import { takeLink } from '$lib/features/accounts/link';

/** Runs before the router looks at the address. */
export const init = (): void => void takeLink();

/** An address where nothing is is no fault of the page: it says so, and the console need not. */
export const handleError: HandleClientError = ({ error, status, message }) => {
  if (status !== 404) console.error(error);
  return { message };
};
