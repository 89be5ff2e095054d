// A user's inbox: the commands, and the same pushes to all sockets of the user whatever did it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FLAVOURS, connect } from './support/client.mjs';
import { stackSettings } from './support/stack.mjs';
import { TIME, UUID, assertKeys, assertRefused } from './support/facts.mjs';
import { rest } from './support/http.mjs';
import { settled } from './support/marker.mjs';
import { call, notifyUser, sql, transaction } from './support/sql.mjs';
import { admin, token, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

const DTO = ['id', 'userId', 'type', 'category', 'title', 'message', 'data', 'actionUrl', 'read', 'createdAt'];

/** A user with two sockets of different kinds, both subscribed. */
async function twoSockets(t, roles = []) {
    const user = unique('user');
    const kinds = [FLAVOURS.find(({ name }) => name === '4.8 websocket'), FLAVOURS.find(({ name }) => name === '4.0 polling')];
    const sockets = [];
    for (const { version, transports } of kinds) {
        const client = await connect(t, { user, roles, version, transports });
        await client.subscribe(['notifications']);
        sockets.push(client);
    }
    return { user, sockets, bearer: token(user, roles) };
}

/** The same push on all sockets: {notificationId, unreadCount, version}. */
async function onAll(sockets, event, notificationId) {
    const pushes = await Promise.all(sockets.map((client) =>
        client.push(event, (data) => data.notificationId === notificationId)));
    for (const push of pushes) {
        assertKeys(push.data, ['notificationId', 'unreadCount', 'version']);
        assert.deepEqual(push.data, pushes[0].data);
    }
    return pushes[0].data;
}

describe('notifications:get', () => {
    test('an empty inbox, with and without a payload', async (t) => {
        const client = await connect(t, { user: unique('user') });
        for (const payload of [[], [{}], [null]]) {
            const answer = await client.command('notifications:get', ...payload);
            assertKeys(answer, ['success', 'notifications', 'unreadCount', 'version']);
            assert.deepEqual({ ...answer, version: 0 }, {
                success: true, notifications: [], unreadCount: 0, version: 0,
            });
            assert.equal(typeof answer.version, 'number');
        }
    });

    test('newest first, with limit, before and unreadOnly', async (t) => {
        const user = unique('user');
        const client = await connect(t, { user });
        const ids = [];
        for (let number = 0; number < 5; number += 1) {
            ids.unshift(await notifyUser(user, { title: `T${number}`, data: { number } }));
        }
        await call('notification_read', { user_id: user, notification_id: ids[1] });
        const get = async (payload) => {
            const answer = await client.command('notifications:get', payload);
            assert.equal(answer.success, true, JSON.stringify(answer));
            assert.equal(answer.unreadCount, 4);
            return answer.notifications;
        };
        const all = await get({});
        assert.deepEqual(all.map(({ id }) => id), ids);
        for (const dto of all) {
            assertKeys(dto, DTO);
            assert.match(dto.id, UUID);
            assert.match(dto.createdAt, TIME);
            assert.equal(dto.userId, user);
        }
        assert.deepEqual(all.map(({ read }) => read), [false, true, false, false, false]);
        const idsOf = async (payload) => (await get(payload)).map(({ id }) => id);
        assert.deepEqual(await idsOf({ limit: 2 }), ids.slice(0, 2));
        assert.deepEqual(await idsOf({ limit: 2, before: ids[1] }), ids.slice(2, 4));
        assert.deepEqual(await idsOf({ before: ids[4] }), []);
        assert.deepEqual(await idsOf({ unreadOnly: true }), ids.filter((id) => id !== ids[1]));
        assert.deepEqual(await idsOf({ unreadOnly: true, limit: 1, before: ids[0] }), [ids[2]]);
    });

    const refused = [
        [{ limit: 0 }, 'limit'], [{ limit: 501 }, 'limit'], [{ limit: '5' }, 'limit'], [{ limit: 1.5 }, 'limit'],
        [{ limit: 2 ** 53 }, 'limit'], [{ unreadOnly: 'true' }, 'unreadOnly'], [{ unreadOnly: 1 }, 'unreadOnly'],
        [{ before: 'x' }, 'before'], [{ before: 7 }, 'before'], [{ userId: 'other' }, 'userId'], [[], ''], ['all', ''],
    ];
    test('refused payloads name the field', async (t) => {
        const client = await connect(t, { user: unique('user') });
        for (const [payload, field] of refused) {
            const answer = await client.command('notifications:get', payload);
            assertRefused(answer, /^(bad_request|invalid_value|unknown_field)$/);
            assert.ok(answer.error.includes(field), `${answer.error} names ${field}`);
        }
    });
});

test('notifications:initial after the acknowledgement: own unread ones, newest first', async (t) => {
    const user = unique('user');
    const ids = [];
    for (let number = 0; number < 3; number += 1) {
        ids.unshift(await notifyUser(user));
    }
    await call('notification_read', { user_id: user, notification_id: ids[1] });
    const client = await connect(t, { user });
    const before = await new Promise((resolve) => {
        client.socket.emit('subscribe', { channels: ['notifications'] }, () => resolve(client.all('notifications:initial').length));
    });
    assert.equal(before, 0, 'the acknowledgement comes first');
    const push = await client.push('notifications:initial');
    assert.equal(push.args.length, 2);
    assert.ok(Array.isArray(push.data));
    assert.deepEqual(push.data.map(({ id }) => id), [ids[0], ids[2]]);
    assertKeys(push.data[0], DTO);
});

describe('every cause reaches all sockets', () => {
    const causes = {
        'the socket': {
            read: ({ sockets }, id) => sockets[0].command('notifications:read', { notificationId: id }),
            remove: ({ sockets }, id) => sockets[1].command('notifications:delete', { notificationId: id }),
        },
        REST: {
            read: async ({ bearer }, id) => (await rest('POST', `/notifications/${id}/read`, { token: bearer })).json,
            remove: async ({ bearer }, id) => (await rest('DELETE', `/notifications/${id}`, { token: bearer })).json,
        },
        SQL: {
            read: async ({ user }, id) => JSON.parse(await call('notification_read', { user_id: user, notification_id: id })),
            remove: async ({ user }, id) => JSON.parse(await call('notification_delete', { user_id: user, notification_id: id })),
        },
    };
    for (const [name, { read, remove }] of Object.entries(causes)) {
        test(name, async (t) => {
            const person = await twoSockets(t);
            const first = await notifyUser(person.user);
            const second = await notifyUser(person.user);
            const created = await Promise.all([first, second].map((id) =>
                person.sockets[1].push('notification:created', (data) => data.id === id)));
            assert.deepEqual(created.map((push) => push.data.unreadCount), [1, 2]);

            const readAnswer = await read(person, first);
            const readPush = await onAll(person.sockets, 'notification:read', first);
            assert.equal(readPush.unreadCount, 1);
            assert.deepEqual(readAnswer, { success: true, unreadCount: 1, version: readPush.version });

            const again = await read(person, first);
            assert.equal(again.success, true);
            assert.equal(again.unreadCount, 1);

            const removeAnswer = await remove(person, second);
            const removePush = await onAll(person.sockets, 'notification:deleted', second);
            assert.equal(removePush.unreadCount, 0);
            assert.deepEqual(removeAnswer, { success: true, unreadCount: 0, version: removePush.version });

            const versions = [...created.map((push) => push.data), readPush, removePush].map((data) => data.version);
            assert.ok(versions.every((value, index) => index === 0 || value > versions[index - 1]), `${versions} grows`);
            await settled(person.sockets[0], person.user);
            assert.equal(person.sockets[0].all('notification:read').length, 1, 'read twice is pushed once');
        });
    }

    test('read-all pushes one for each, from the socket and from REST', async (t) => {
        const person = await twoSockets(t);
        for (const act of [
            () => person.sockets[0].command('notifications:read-all'),
            async () => (await rest('POST', '/notifications/read-all', { token: person.bearer })).json,
        ]) {
            const ids = [await notifyUser(person.user), await notifyUser(person.user), await notifyUser(person.user)];
            const answer = await act();
            assertKeys(answer, ['success', 'count', 'unreadCount', 'version']);
            assert.deepEqual({ ...answer, version: 0 }, { success: true, count: 3, unreadCount: 0, version: 0 });
            for (const id of ids) {
                await onAll(person.sockets, 'notification:read', id);
            }
        }
        const nothing = await person.sockets[0].command('notifications:read-all');
        assert.equal(nothing.success, true);
        assert.equal(nothing.count, 0);
    });

    test('deleting all through REST', async (t) => {
        const person = await twoSockets(t);
        const ids = [await notifyUser(person.user), await notifyUser(person.user)];
        const answer = (await rest('DELETE', '/notifications', { token: person.bearer })).json;
        assert.deepEqual({ ...answer, version: 0 }, { success: true, count: 2, unreadCount: 0, version: 0 });
        for (const id of ids) {
            await onAll(person.sockets, 'notification:deleted', id);
        }
    });

    test('marked unread again: the badge is right', async (t) => {
        const person = await twoSockets(t);
        const id = await notifyUser(person.user);
        await person.sockets[0].command('notifications:read', { notificationId: id });
        const answer = (await rest('POST', `/notifications/${id}/unread`, { token: person.bearer })).json;
        assert.equal(answer.unreadCount, 1);
        const inbox = await person.sockets[0].command('notifications:get', { unreadOnly: true });
        assert.deepEqual(inbox.notifications.map((dto) => dto.id), [id]);
        assert.equal(inbox.unreadCount, 1);
        assert.equal(inbox.version, answer.version);
    });

    test('the limit: the oldest read one goes first, then the oldest', async (t) => {
        const limit = Number(stackSettings().MAX_NOTIFICATIONS_PER_USER ?? 100);
        const person = await twoSockets(t);
        const rows = await sql(`select bookly.notify_user($1, 'info', 'system', 'T', n::text) as id
            from generate_series(1, $2::int) as n`, [person.user, limit]);
        const ids = rows.map(({ id }) => id);
        await person.sockets[0].command('notifications:read', { notificationId: ids[4] });
        await notifyUser(person.user);
        const first = await onAll(person.sockets, 'notification:deleted', ids[4]);
        assert.equal(first.unreadCount, limit);
        await notifyUser(person.user);
        const second = await onAll(person.sockets, 'notification:deleted', ids[0]);
        assert.equal(second.unreadCount, limit);
        const inbox = await person.sockets[0].command('notifications:get', { limit: 500 });
        assert.equal(inbox.notifications.length, limit);
        assert.equal(inbox.unreadCount, limit);
    });
});

describe('nobody else\'s', () => {
    test('another user\'s notification is not found, and stays', async (t) => {
        const [owner, stranger] = [unique('owner'), unique('stranger')];
        const client = await connect(t, { user: stranger, roles: ['GENERAL_ADMIN'] });
        const id = await notifyUser(owner);
        for (const command of ['notifications:read', 'notifications:delete']) {
            assertRefused(await client.command(command, { notificationId: id }), 'not_found');
            assertRefused(await client.command(command, { notificationId: '00000000-0000-7000-8000-000000000000' }), 'not_found');
            assertRefused(await client.command(command, { notificationId: 'notif-123' }), 'not_found');
        }
        for (const [method, path] of [['GET', ''], ['POST', '/read'], ['POST', '/unread'], ['DELETE', '']]) {
            const answer = await rest(method, `/notifications/${id}${path}`, { token: token(stranger, ['GENERAL_ADMIN']) });
            assert.equal(answer.status, 404, `${method} ${path}`);
        }
        const inbox = (await rest('GET', '/notifications', { token: token(owner) })).json;
        assert.deepEqual(inbox.map((dto) => [dto.id, dto.read]), [[id, false]]);
    });

    test('nobody hears of another\'s notifications', async (t) => {
        const [user, other] = [unique('user'), unique('other')];
        const client = await connect(t, { user, roles: ['GENERAL_ADMIN'] });
        await client.subscribe(['notifications']);
        await notifyUser(other);
        await settled(client, user);
        assert.deepEqual(client.all('notification:created', ({ userId }) => userId === other), []);
        assert.equal(client.all('notification:created', ({ userId }) => userId === user).length, 1);
    });

    test('refused payloads', async (t) => {
        const client = await connect(t, { user: unique('user') });
        for (const command of ['notifications:read', 'notifications:delete']) {
            for (const payload of [[], [null], ['x'], [{}], [{ notificationId: 7 }], [{ notificationId: null }],
                [{ notificationId: ['x'] }], [{ id: 'x' }], [{ notificationId: 'x', userId: 'y' }]]) {
                assertRefused(await client.command(command, ...payload), /^(bad_request|invalid_value|unknown_field)$/);
            }
        }
        assertRefused(await client.command('notifications:read-all', { x: 1 }), /^(bad_request|invalid_value|unknown_field)$/);
    });
});

describe('to a role', () => {
    const create = (body) => rest('POST', '/notifications', {
        token: admin(),
        body: { type: 'info', category: 'system', title: 'T', message: 'M', ...body },
    });

    test('all of that role get it, without a badge; each reads for himself', async (t) => {
        const guards = [unique('guard'), unique('guard')];
        const clients = [];
        for (const user of [...guards, unique('student')]) {
            const roles = guards.includes(user) ? ['SECURITY'] : ['STUDENT'];
            const client = await connect(t, { user, roles });
            await client.subscribe(['notifications']);
            clients.push({ client, user });
        }
        const answer = await create({ role: 'SECURITY', title: unique('fire drill') });
        assert.equal(answer.status, 201, answer.text);
        assert.deepEqual(Object.keys(answer.json).sort(), ['id', 'role']);
        const { id } = answer.json;
        for (const { client } of clients.slice(0, 2)) {
            const { data } = await client.push('notification:created', (dto) => dto.id === id);
            assert.equal(data.unreadCount, undefined);
            assert.equal(data.version, undefined);
            assert.equal(data.read, false);
        }
        const [first, second, student] = clients;
        await settled(student.client, student.user);
        assert.deepEqual(student.client.all('notification:created', (dto) => dto.id === id), []);

        const ack = await first.client.command('notifications:read', { notificationId: id });
        assert.equal(ack.success, true);
        await first.client.push('notification:read', (data) => data.notificationId === id);
        await settled(second.client, second.user);
        assert.deepEqual(second.client.all('notification:read', (data) => data.notificationId === id), []);
        const readOf = async ({ client }) => (await client.command('notifications:get', { limit: 500 }))
            .notifications.find((dto) => dto.id === id)?.read;
        assert.equal(await readOf(first), true);
        assert.equal(await readOf(second), false);
        assertRefused(await student.client.command('notifications:read', { notificationId: id }), 'not_found');

        assert.equal((await first.client.command('notifications:delete', { notificationId: id })).success, true);
        await first.client.push('notification:deleted', (data) => data.notificationId === id);
        assert.equal(await readOf(first), undefined);
        assert.equal(await readOf(second), false);
    });

    test('to several users at once, each with his own', async (t) => {
        const users = [unique('user'), unique('user')];
        const clients = await Promise.all(users.map((user) => connect(t, { user })));
        await Promise.all(clients.map((client) => client.subscribe(['notifications'])));
        const answer = await create({ userIds: users });
        assert.equal(answer.status, 201, answer.text);
        assert.equal(answer.json.ids.length, 2);
        for (const [index, client] of clients.entries()) {
            const { data } = await client.push('notification:created');
            assert.equal(data.userId, users[index]);
            assert.ok(answer.json.ids.includes(data.id));
            assert.equal(data.unreadCount, 1);
        }
    });
});

test('a transaction that notifies many users, against others that do the same in another order', async () => {
    const users = Array.from({ length: 12 }, () => unique('crowd'));
    const notifyAll = (list) => transaction(async (query) => {
        for (const user of list) {
            await notifyUser(user, {}, query);
        }
    });
    const shuffled = (seed) => users.map((user, index) => [((index + 1) * seed) % 13, user])
        .sort((a, b) => a[0] - b[0]).map(([, user]) => user);
    await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => notifyAll(shuffled(seed))));
    for (const user of users) {
        const { count } = (await rest('GET', '/notifications/unread/count', { token: token(user) })).json;
        assert.equal(count, 6);
    }
});

test('the count of REST, the socket and the push agree', async (t) => {
    const person = await twoSockets(t);
    await notifyUser(person.user);
    const id = await notifyUser(person.user);
    const { data } = await person.sockets[0].push('notification:created', (dto) => dto.id === id);
    const inbox = await person.sockets[0].command('notifications:get');
    const count = (await rest('GET', '/notifications/unread/count', { token: person.bearer })).json;
    assert.deepEqual(count, { count: 2, version: data.version });
    assert.equal(inbox.unreadCount, 2);
    assert.equal(inbox.version, data.version);
    await waitFor(() => person.sockets[1].all('notification:created').length === 2, 'both on the other socket');
});
