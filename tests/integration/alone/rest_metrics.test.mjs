// REST's processes come and go; what they have counted stays, and nothing is counted twice. Counts to the last
// request, so this file runs alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from '../support/metrics.mjs';
import { caller, serviceCaller } from '../support/rest.mjs';
import { programIds } from '../support/stack.mjs';
import { waitFor } from '../support/wait.mjs';

const MANY = 200;
const scraper = serviceCaller();
const route = 'GET /notifications/unread/count';

const programs = () => programIds('bookly.fcgi');

const seen = async () => new Metrics((await scraper.get('/metrics')).text);
const counted = (metrics) => metrics.of('bookly_rest_requests_total', { route, status: 200 });

async function askMany(user) {
    const answers = await Promise.all(Array.from({ length: MANY }, () => user.get('/notifications/unread/count')));
    assert.deepEqual(answers.filter(({ status }) => status !== 200), []);
}

test('all processes count together, each request once', async () => {
    const user = caller();
    const before = await seen();
    await askMany(user);
    const after = await seen();
    assert.equal(counted(after) - counted(before), MANY);
    const grew = (name, labels) => after.of(name, labels) - before.of(name, labels);
    assert.equal(grew('bookly_rest_request_duration_seconds_count', { route }), MANY);
    assert.equal(grew('bookly_rest_request_duration_seconds_bucket', { route, le: '+Inf' }), MANY);
    assert.equal(grew('bookly_statements_total', { statement: 'NOTIFICATION_UNREAD_COUNT', result: 'ok' }), MANY);
    const shown = (result) => grew('bookly_token_verifications_total', { result });
    assert.ok(shown('verified') >= 1 && shown('verified') <= 2 * programs().length, `${shown('verified')} verified`);
    assert.equal(shown('verified') + shown('cached'), MANY + 1, 'with the token of whoever looks');
});

test('what a killed process has counted stays, and its successor goes on with it', async () => {
    const user = caller();
    await askMany(user);
    const before = await seen();
    const killed = programs();
    killed.forEach((pid) => process.kill(pid, 'SIGKILL'));
    const after = await waitFor(async () => {
        const answer = await scraper.get('/metrics');
        return answer.status === 200 && !programs().some((pid) => killed.includes(pid)) && new Metrics(answer.text);
    }, 'REST to be back');
    assert.equal(counted(after), counted(before));
    assert.ok(after.of('bookly_rest_process_starts_total') > before.of('bookly_rest_process_starts_total'));
    await waitFor(async () => {
        await askMany(user);
        return true;
    }, 'REST to serve all');
    assert.ok(counted(await seen()) >= counted(before) + MANY);
});
