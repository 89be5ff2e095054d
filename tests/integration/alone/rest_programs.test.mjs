// The programs behind REST end in the middle of requests. Disturbs everybody else, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rest } from '../support/http.mjs';
import { assertProblem } from '../support/rest.mjs';
import { sql, transaction } from '../support/sql.mjs';
import { programIds, stack } from '../support/stack.mjs';
import { token, unique } from '../support/token.mjs';
import { waitFor } from '../support/wait.mjs';

const LONGEST_MS = 4000; // a statement may wait for 5 s
const bearer = token(unique('user'));
const ask = () => rest('GET', '/notifications', { token: bearer });

const programs = () => programIds('bookly.fcgi');

async function waiting() {
    const [{ count }] = await sql(`select count(*)::int from pg_locks
        where not granted and relation = 'bookly_data.notifications'::regclass`);
    return count;
}

/** The answers to requests that keep every program busy, and some more, while `end(pids)` ends some of them. */
async function answersMeanwhile(end) {
    await waitFor(async () => (await ask()).status === 200, 'REST');
    const { answers } = await transaction(async (query) => {
        const asked = [];
        await query('lock table bookly_data.notifications in access exclusive mode');
        const pids = await waitFor(async () => {
            const found = programs();
            if (asked.length < 3 * found.length) {
                asked.push(ask());
            }
            return await waiting() === found.length && found.length > 1 && found;
        }, 'every program to be busy', LONGEST_MS);
        end(pids);
        return { answers: asked }; // not awaited: the lock goes first
    });
    return Promise.all(answers);
}

test('told to end: what they were given is answered', async () => {
    const answers = await answersMeanwhile((pids) =>
        pids.slice(pids.length / 2).forEach((pid) => process.kill(pid, 'SIGTERM')));
    assert.deepEqual(answers.filter(({ status }) => status !== 200), []);
});

// lighttpd may give the failure to the very program that is dying, and then says 500 after all
if (stack.front === 'apache') {
    test('one is killed: 503, try again', async () => {
        const answers = await answersMeanwhile(([pid]) => process.kill(pid, 'SIGKILL'));
        const refused = answers.filter(({ status }) => status !== 200);
        assert.ok(refused.length > 0 && refused.length < answers.length, `${refused.length} of ${answers.length}`);
        for (const answer of refused) {
            assertProblem(answer, 503, 'unavailable');
            assert.match(answer.headers['retry-after'], /^\d+$/);
        }
        await waitFor(async () => (await ask()).status === 200, 'REST');
    });
}
