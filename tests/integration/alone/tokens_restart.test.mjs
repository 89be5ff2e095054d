// Revocations outlive a crash of PostgreSQL and a restart of the front server with all its processes.
// Disturbs everybody else, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from '../support/http.mjs';
import { endPart, startPart } from '../support/parts.mjs';
import { adminCaller, assertProblem } from '../support/rest.mjs';
import { stack } from '../support/stack.mjs';
import { claimsOf, signToken, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const count = (token) => rest('GET', '/notifications/unread/count', { token });

test('what was revoked stays revoked, whatever is restarted', async () => {
    const admin = adminCaller();
    const [jti, user, bystander] = [unique('jti'), unique('user'), signToken(claimsOf(unique('user')))];
    const revoked = [signToken(claimsOf(unique('user'), [], { jti })), signToken(claimsOf(user))];
    for (const body of [{ jti }, { userId: user }]) {
        assert.equal((await admin.post('/auth/revoke', body)).status, 200);
    }
    const assertStands = async () => {
        for (let i = 0; i < 20; i += 1) {
            for (const token of revoked) {
                assertProblem(await count(token), 401, 'token_revoked');
            }
        }
        assert.equal((await count(bystander)).status, 200);
    };
    await assertStands();

    await endPart('postgres', 'SIGKILL');
    try {
        for (const token of [...revoked, bystander]) {
            assertProblem(await count(token), 503, 'unavailable');
        }
    } finally {
        await startPart('postgres');
    }
    await waitFor(async () => (await count(bystander)).status === 200, 'REST');
    await assertStands();

    await endPart(stack.front, 'SIGTERM');
    await startPart(stack.front);
    await waitFor(async () => (await count(bystander)).status === 200, 'REST');
    await assertStands();
});
