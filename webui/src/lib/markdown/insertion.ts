/** Where code of a shell can be put, beside the clipboard: whoever shows text near a terminal says so. */
import { getContext, setContext } from 'svelte';

const INSERTION = Symbol('insertion');

export type Insert = (code: string) => void;

export const getInsertion = () => getContext<Insert | undefined>(INSERTION);

export const setInsertion = (insert: Insert) => setContext(INSERTION, insert);
