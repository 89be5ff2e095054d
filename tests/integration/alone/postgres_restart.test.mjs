// PostgreSQL crashes and comes back: clients stay connected and miss nothing. Disturbs everybody else,
// so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../support/client.mjs';
import { request, rest } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { stack } from '../support/stack.mjs';
import { notifyUser, publishEvent, sql } from '../support/sql.mjs';
import { token, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const handshake = () => request('GET', `${stack.socketUrl}/socket.io/?EIO=4&transport=polling`);

for (const signal of ['SIGINT', 'SIGKILL']) {
    test(`PostgreSQL ended by ${signal}`, async (t) => {
        const user = unique('admin');
        const service = unique('service');
        const clients = await Promise.all([['websocket'], ['polling']].map((transports) =>
            connect(t, { user, roles: ['GENERAL_ADMIN'], transports })));
        for (const client of clients) {
            await client.subscribe(['events', 'notifications', 'dashboard'], { eventFilters: { services: service } });
        }
        await publishEvent({ event_type: 'test.before', service });

        await endPart('postgres', signal);
        try {
            // away: at once, so that clients try again by themselves
            await waitFor(async () => {
                const answer = await handshake();
                return answer.status === 503 && /^\d+$/.test(answer.headers['retry-after']);
            }, 'handshakes to be refused with 503');
            // a connection's backend may outlive the killed postmaster by some milliseconds
            const refusal = await waitFor(async () => {
                const answer = await clients[0].command('notifications:get');
                return !answer.success && answer;
            }, 'commands to be refused');
            assert.deepEqual([refusal.success, refusal.code], [false, 'unavailable']);
            const answer = await rest('GET', '/notifications', { token: token(user) });
            assert.equal(answer.status, 503);
            assert.equal(answer.json.code, 'unavailable');
            assert.match(answer.headers['retry-after'], /^\d+$/);
            assert.equal((await rest('GET', '/health')).status, 503);
        } finally {
            await startPart('postgres');
        }
        await waitFor(() => sql('select 1'), 'PostgreSQL');
        await publishEvent({ event_type: 'test.after', service });
        const id = await notifyUser(user);

        for (const client of clients) {
            await client.push('notification:created', (data) => data.id === id);
            const types = client.all('event:created', (data) => data.service === service).map((push) => push.data.eventType);
            assert.deepEqual(types, ['test.before', 'test.after']);
            assert.deepEqual(client.disconnects, []);
        }
        await waitFor(async () => (await clients[1].command('notifications:get')).success, 'commands');
        await waitFor(async () => (await rest('GET', '/notifications', { token: token(user) })).status === 200, 'REST');
        await waitFor(async () => (await handshake()).status === 200, 'handshakes');
        const from = clients[0].mark;
        await clients[0].push('dashboard:metrics:updated', undefined, from);
        await connect(t, { user });
    });
}
