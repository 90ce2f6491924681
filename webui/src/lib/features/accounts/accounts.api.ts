/** Signing in and out. */
import type { Client } from '$lib/api/client';

interface SignedIn {
  key: string;
  expires_at: string;
}

export type Credential = { link: string } | { token: string };

/** Sign this browser in. The cookie comes along by itself; the key is the page's to keep. */
export async function signIn(client: Client, body: Credential): Promise<SignedIn> {
  return (await client.post('/api/studio/session', { body })) as SignedIn;
}

export async function signOut(client: Client): Promise<void> {
  await client.delete('/api/studio/session');
}
