// Tickets, and tokens that are ended before their time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from './support/http.mjs';
import { adminCaller, assertProblem, caller } from './support/rest.mjs';
import { routes } from './support/routes.mjs';
import { sql } from './support/sql.mjs';
import { claimsOf, now, signToken, unique } from './support/token.mjs';
import { waitFor } from './support/wait.mjs';

/* More requests at a time than there are processes, so that each gets some. */
const AT_ONCE = 48;

const tokenOf = (user, extra = {}, roles = []) => signToken(claimsOf(user, roles, { jti: unique('jti'), ...extra }));
const count = (token) => rest('GET', '/notifications/unread/count', { token });
const everywhere = (token) => Promise.all(Array.from({ length: AT_ONCE }, () => count(token)));

async function assertGood(token) {
    for (const answer of await everywhere(token)) {
        assert.equal(answer.status, 200, answer.text);
    }
}

async function assertRevoked(token) {
    for (const answer of await everywhere(token)) {
        assertProblem(answer, 401, 'token_revoked');
        assert.match(answer.headers['www-authenticate'], /^Bearer realm="bookly", error="invalid_token"/);
    }
}

async function revoke(body, admin = adminCaller()) {
    const answer = await admin.post('/auth/revoke', body);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.json), ['revoked', 'closed']);
    assert.equal(answer.json.revoked, true);
    assert.ok(Number.isInteger(answer.json.closed) && answer.json.closed >= 0);
    return answer.json.closed;
}

test('a ticket stands for its maker\'s token, once and for half a minute', async () => {
    const user = unique('user');
    const claims = claimsOf(user, ['TEACHER', 'SERVICE'], { jti: unique('jti') });
    const made = await rest('POST', '/tickets', { token: signToken(claims) });
    assert.equal(made.status, 200, made.text);
    assert.deepEqual(Object.keys(made.json), ['ticket', 'expiresIn']);
    assert.match(made.json.ticket, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(made.json.expiresIn, 30);
    const other = await rest('POST', '/tickets', { token: signToken(claims), body: {} });
    assert.notEqual(other.json.ticket, made.json.ticket);

    const stored = JSON.stringify(await sql('select * from bookly_data.tickets t where t.user_id = $1', [user]));
    assert.ok(!stored.includes(made.json.ticket), 'only a digest is kept');
    const take = (ticket) => sql('select * from bookly.ticket_take($1)', [ticket]);
    const [first, ...others] = (await Promise.all([1, 2, 3].map(() => take(made.json.ticket)))).flat();
    assert.deepEqual(others, [], 'taken once');
    assert.deepEqual({ ...first, roles: [...first.roles].sort() }, {
        user_id: user,
        roles: ['SERVICE', 'TEACHER'],
        issued_at: String(claims.iat),
        expires_at: String(claims.exp),
        jti: claims.jti,
    });
    await sql('update bookly_data.tickets set valid_until = clock_timestamp() where user_id = $1', [user]);
    assert.deepEqual(await take(other.json.ticket), [], 'never late');
});

test('a ticket needs a token, and says nothing but that', async () => {
    assertProblem(await rest('POST', '/tickets'), 401, 'token_missing');
    assertProblem(await rest('POST', `/tickets?userId=${unique('user')}`), 401, 'token_missing');
    const user = caller();
    assertProblem(await user.post('/tickets', { userId: 'x' }), 400, 'unknown_field', 'userId');
    assertProblem(await user.get('/tickets'), 405, 'method_not_allowed');
    const { ticket } = (await user.post('/tickets')).json;
    assertProblem(await rest('GET', '/notifications', { token: ticket }), 401, 'token_invalid');
    assertProblem(await rest('GET', `/notifications?ticket=${ticket}`), 401, 'token_missing');
});

test('a token that is revoked is refused by every process at once, and no other token is', async () => {
    const user = unique('user');
    const jti = unique('jti');
    const [ended, other] = [tokenOf(user, { jti }), tokenOf(user)];
    await assertGood(ended); // every process now knows it as a good one
    await assertGood(other);
    assert.equal(await revoke({ jti, exp: now() + 3600 }), 0);
    await assertRevoked(ended);
    await assertGood(other);
    await assertGood(tokenOf(unique('user')));
    await revoke({ jti }); // again
    await assertRevoked(ended);
});

test('all of a user\'s tokens so far, and none that comes later', async () => {
    const user = unique('user');
    const tokens = [
        tokenOf(user),
        tokenOf(user, { iat: now() - 100 }),
        tokenOf(user, { iat: undefined }),
        tokenOf(user, { jti: undefined }),
        tokenOf(user, { jti: undefined, iat: undefined }, ['GENERAL_ADMIN']),
    ];
    for (const token of tokens) {
        await assertGood(token);
    }
    const bystander = tokenOf(unique('user'));
    const before = now();
    await revoke({ userId: user });
    const after = now();
    for (const token of tokens) {
        await assertRevoked(token);
    }
    await assertRevoked(tokenOf(user, { iat: before })); // of the same second
    await assertGood(bystander);
    await waitFor(() => now() > after, 'the next second');
    await assertGood(tokenOf(user));
    await assertRevoked(tokenOf(user, { iat: undefined }));
});

test('whoever revokes their own token has used it for the last time', async () => {
    const jti = unique('jti');
    const token = tokenOf(unique('admin'), { jti }, ['GENERAL_ADMIN']);
    const answer = await rest('POST', '/auth/revoke', { token, body: { jti } });
    assert.equal(answer.status, 200, answer.text);
    assertProblem(await rest('POST', '/auth/revoke', { token, body: { jti } }), 401, 'token_revoked');
});

test('a revoked token opens nothing, whatever is asked and however it is asked', async () => {
    const user = unique('admin');
    const token = tokenOf(user, {}, ['GENERAL_ADMIN', 'SERVICE', 'PROGRAM_ADMIN']);
    await revoke({ userId: user });
    const all = routes();
    assert.ok(all.length > 25, `${all.length} routes`);
    for (const { method, path } of all.filter(({ rule }) => rule !== 'PUBLIC')) {
        for (const options of method === 'GET' ? [{}] : [{}, { body: '{' }, { body: { x: 1 } }]) {
            const answer = await rest(method, path, { token, ...options });
            assertProblem(answer, 401, 'token_revoked');
        }
    }
    assert.equal((await rest('GET', '/health', { token })).status, 200);
    assert.equal((await rest('HEAD', '/notifications', { token })).status, 401);
});

test('what a token writes ends with its revocation', async () => {
    const user = unique('service');
    const recipient = unique('user');
    const token = tokenOf(user, {}, ['SERVICE']);
    let revoked = false;
    let late = 0;
    const made = [];
    const write = async () => {
        for (let i = 0; i < 200; i += 1) {
            const begunLate = revoked;
            const answer = await rest('POST', '/notifications', {
                token, body: { userId: recipient, type: 'info', category: 'system', title: 'A title', message: 'A message' },
            });
            if (answer.status === 201) {
                assert.equal(begunLate, false, 'nothing begins after the answer to the revocation');
                made.push(answer.json.id);
            } else {
                assertProblem(answer, 401, 'token_revoked');
                late += begunLate ? 1 : 0;
                if (late > 20) {
                    return;
                }
            }
        }
    };
    const writers = Promise.all([1, 2, 3, 4].map(write));
    await waitFor(() => made.length > 20, 'some notifications');
    await revoke({ userId: user });
    revoked = true;
    await writers;
    assert.ok(late > 0);
    // at most 100 are kept of an inbox
    const rows = await sql('select id from bookly_data.notifications where user_id = $1', [recipient]);
    assert.equal(rows.length, Math.min(100, made.length));
});

test('who may revoke, and what', async () => {
    for (const roles of [[], ['SERVICE'], ['PROGRAM_ADMIN'], ['SECURITY']]) {
        const someone = caller(roles);
        assertProblem(await someone.post('/auth/revoke', { userId: someone.user }), 403, 'forbidden');
        assert.equal((await someone.get('/notifications')).status, 200);
    }
    assertProblem(await rest('POST', '/auth/revoke', { body: { userId: 'x' } }), 401, 'token_missing');
    const admin = adminCaller();
    for (const [body, code, field] of [
        [undefined, 'invalid_json'],
        ['[]', 'invalid_value'],
        [{}, 'invalid_value', 'jti'],
        [{ jti: 'a', userId: 'b' }, 'invalid_value', 'jti'],
        [{ jti: '' }, 'invalid_value', 'jti'],
        [{ jti: 1 }, 'invalid_value', 'jti'],
        [{ jti: 'x'.repeat(129) }, 'invalid_value', 'jti'],
        [{ jti: 'a', exp: 'soon' }, 'invalid_value', 'exp'],
        [{ jti: 'a', exp: -1 }, 'invalid_value', 'exp'],
        [{ userId: '' }, 'invalid_value', 'userId'],
        [{ userId: ['a'] }, 'invalid_value', 'userId'],
        [{ userId: 'x'.repeat(129) }, 'invalid_value', 'userId'],
        [{ userId: 'a', exp: 1 }, 'invalid_value', 'exp'],
        [{ sub: 'a' }, 'unknown_field', 'sub'],
    ]) {
        const answer = await admin.post('/auth/revoke', body);
        assertProblem(answer, 400, code, field);
    }
    const rows = await sql('select from bookly_data.revocations where actor = $1', [admin.user]);
    assert.equal(rows.length, 0);
    const ended = unique('user');
    await revoke({ userId: ended }, admin);
    const [row] = await sql('select actor, subject from bookly_data.audit where action = $1 and actor = $2', ['auth_revoke', admin.user]);
    assert.deepEqual(row, { actor: admin.user, subject: `user ${ended}` });
});
