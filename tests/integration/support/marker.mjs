// Proving that something did NOT arrive: the stream is one ordered list over all channels, so once a
// later notification is there, everything before it was delivered or never will be.
import { notifyUser } from './sql.mjs';

/** Resolves when all that was committed before has reached `client`, which hears its notifications. */
export async function settled(client, user) {
    const id = await notifyUser(user, { title: 'marker' });
    await client.push('notification:created', (data) => data.id === id);
}
