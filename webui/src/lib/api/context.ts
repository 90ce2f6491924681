import { createContext } from 'svelte';
import type { Client } from './client';

export const [getClient, setClient] = createContext<Client>();
