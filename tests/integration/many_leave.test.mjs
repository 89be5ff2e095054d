// More clients leave at one moment than a statement may write: those who stay and those who come notice nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Plain } from './support/plain.mjs';
import { sql } from './support/sql.mjs';
import { unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const CLIENTS = 1200;
const BATCH = 100;

const roles = ['STUDENT'];

test(`${CLIENTS} clients leave at once`, async (t) => {
    const leaver = unique('leaver');
    const held = async () => (await sql(
        'select count(*)::int as held from bookly_data.sessions where starts_with(user_id, $1) and daemon is not null',
        [leaver]))[0].held;
    const come = async (_, index) => { // of many users: each may have but so many
        const client = await Plain.connect(t, { user: `${leaver}-${index}`, roles });
        await client.subscribe(['notifications']);
        return client;
    };
    const clients = [];
    while (clients.length < CLIENTS) {
        clients.push(...await Promise.all(Array.from({ length: BATCH }, come)));
    }
    await waitFor(async () => await held() === CLIENTS, 'a row for each');
    for (const client of clients) {
        client.socket.terminate();
    }
    const newcomers = await Promise.all(Array.from({ length: 10 }, async () => {
        const client = await Plain.connect(t, { user: unique('newcomer'), roles });
        await client.subscribe(['notifications']);
        return client;
    }));
    await waitFor(async () => await held() === 0, 'a row for none');
    for (const client of newcomers) {
        assert.equal((await client.command('notifications:get', {})).success, true);
    }
});
