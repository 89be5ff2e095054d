// A command without a callback that is refused comes back as `exception`, and nothing else happens.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CURSOR, FLAVOURS, connect } from './support/client.mjs';
import { assertKeys, assertRefused } from './support/facts.mjs';
import { unique } from './support/token.mjs';

const cases = [
    ['subscribe', [{ channels: ['nope'] }], 'unknown_channel'],
    ['subscribe', [{ channels: ['logs'] }], 'forbidden'],
    ['subscribe', [], null],
    ['unsubscribe', [{ channels: 7 }], null],
    ['notifications:get', [{ limit: 'x' }], null],
    ['notifications:read', [{ notificationId: '00000000-0000-7000-8000-000000000000' }], 'not_found'],
    ['notifications:delete', [{ notificationId: '00000000-0000-7000-8000-000000000000' }], 'not_found'],
    ['notifications:unheard-of', [{}], 'unknown_command'],
    ['event:created', [{ eventId: 'forged' }], 'unknown_command'],
    ['', [], 'unknown_command'],
];

for (const { name, version, transports } of FLAVOURS) {
    describe(name, () => {
        for (const [command, payload, code] of cases) {
            test(`${command || 'an empty name'} ${JSON.stringify(payload)}`, async (t) => {
                const client = await connect(t, { user: unique('student'), roles: ['STUDENT'], version, transports });
                client.socket.emit(command, ...payload);
                const push = await client.push('exception');
                assert.equal(push.args.length, 2);
                assert.match(push.cursor, CURSOR);
                assertKeys(push.data, ['status', 'message', 'code', 'command']);
                assert.equal(push.data.status, 'error');
                assert.equal(push.data.command, command);
                assert.notEqual(push.data.message, '');
                if (code) {
                    assert.equal(push.data.code, code);
                }
                assertRefused(await client.command(command, ...payload), push.data.code);
                assert.equal(client.all('exception').length, 1, 'with a callback there is none');
                assert.equal((await client.command('notifications:get')).success, true);
            });
        }
    });
}
