// The page of dead letters: counters, records as they change, one in detail, what operators do, redrives.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adminCaller } from '../integration/support/rest.mjs';
import { call, failEvent, publishEvent, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';
import { badgeSays } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };

/** An event that failed. */
async function letter({ service, type = 'EMAIL_REQUESTED', ...values } = {}) {
    const event_id = await publishEvent({ event_type: type, service, data: { to: 'maria' } });
    return { event_id, id: await failEvent({ event_id, error: 'SMTP 421', ...values }) };
}

/** `count` records in one statement. They may have failed for good already: coming to that would notify all operators. */
async function letters(service, count, { type = 'EMAIL_REQUESTED', status = 'pending' } = {}) {
    await sql(`select bookly.publish_event($1 || '_' || lpad(i::text, 4, '0'), $2) from generate_series(1, $3::int) i`,
        [type, service, count]);
    await sql(`insert into bookly_data.dead_letters (id, event_id, event_type, normal_type, service, topic, status, error,
            attempt_count, total_attempts, max_attempts, due_at)
        select bookly_data.uuid_v7(), id, event_type, normal_type, service, service, $2, 'SMTP 421', n, n, 3,
            case when n = 0 then clock_timestamp() end
        from bookly_data.events, cast(case $2 when 'failed' then 3 else 0 end as int) n
        where service = $1 and starts_with(event_type, $3) order by position`, [service, status, type]);
}

/** As after its last attempt. */
const spend = (service, attempts = 3) => sql(`update bookly_data.dead_letters set status = 'failed', attempt_count = 3,
    total_attempts = $2, due_at = null where service = $1`, [service, attempts]);

const rows = (page) => page.locator('.list li');
const row = (page, text) => rows(page).filter({ hasText: text });
const chips = (page) => page.locator('.list li .chip').allInnerTexts();
const size = async (page) => ((await rows(page).count()) > 0 ? Number(await rows(page).first().getAttribute('aria-setsize')) : 0);
const dialog = (page) => page.getByRole('dialog').last();
const button = (where, name) => where.getByRole('button', { name, exact: true });
const status = async (id) => (await sql('select status from bookly_data.dead_letters where id = $1', [id]))[0]?.status;
const progressOf = (page) => page.getByRole('region', { name: 'Redrive' });

/** A worker takes what is due of a service, and answers. */
async function work(service, outcome) {
    await sql(`update bookly_data.dead_letters set due_at = clock_timestamp() where service = $1 and status = 'pending'`, [service]);
    for (const { dlq_id } of await sql('select dlq_id from bookly.dlq_claim($1, 500)', [service])) {
        await outcome(dlq_id);
    }
}

describe('the list of dead letters', () => {
    const open = withBrowser();

    test('follows each record through all its states', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service, topic: 'mail' });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        await row(page, 'pending').waitFor();
        assert.match(await rows(page).first().innerText(), new RegExp(`EMAIL_REQUESTED\\s+${service}\\s+SMTP 421\\s+0/3`));
        await letter({ service, type: 'REPORT_REQUESTED' });
        await row(page, 'REPORT_REQUESTED').waitFor();
        assert.equal(await size(page), 2);
        await work(service, () => {});
        await waitFor(async () => (await chips(page)).join() === 'retrying,retrying', 'both are tried');
        await call('dlq_succeed', { dlq_id: id, resolution: 'sent' });
        await row(page, 'EMAIL_REQUESTED').getByText('resolved').waitFor();
        const [other] = await sql(`select id from bookly_data.dead_letters where service = $1 and id <> $2`, [service, id]);
        await call('dlq_fail', { dlq_id: other.id, error: 'still broken' });
        await row(page, 'still broken').getByText('pending').waitFor(); // which is no push
        for (const attempt of [2, 3]) {
            await work(service, (dlq_id) => call('dlq_fail', { dlq_id, error: `broken ${attempt} times` }));
        }
        await row(page, 'broken 3 times').getByText('failed').waitFor();
        await adminCaller().remove(`/dlq/${other.id}`); // neither is this
        await waitFor(async () => (await chips(page)).join() === 'resolved', 'what is left');
    });

    test('counters count, and each shows its own', async (t) => {
        const service = unique('service');
        await letters(service, 3, { type: 'PENDING' });
        await letter({ service: `${service}-b`, type: 'FAILED' });
        await spend(`${service}-b`);
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service},${service}-b` });
        await waitFor(async () => (await size(page)) === 4, 'all');
        const counters = page.getByRole('group', { name: 'Records by status' });
        const counted = async () => Object.fromEntries((await counters.getByRole('button').allInnerTexts())
            .map((text) => text.split('\n').reverse()).map(([name, figure]) => [name, Number(figure.replace(/,/g, ''))]));
        const { json } = await adminCaller().get('/dlq/stats');
        await waitFor(async () => (await counted()).all >= json.total, 'the figures');
        const before = await counted();
        assert.equal(before.all, before.pending + before.retrying + before.failed + before.resolved);
        await letter({ service });
        await waitFor(async () => (await counted()).all > before.all, 'one more');

        await counters.getByRole('button', { name: /failed/ }).click();
        await waitFor(async () => (await chips(page)).join() === 'failed', 'those that failed');
        assert.equal(await counters.getByRole('button', { name: /failed/ }).getAttribute('aria-pressed'), 'true');
        assert.match(page.url(), /status=failed/);
        await spend(service);
        await waitFor(async () => (await size(page)) === 5, 'those that fail now come in');
        await counters.getByRole('button', { name: /all/ }).click();
        await waitFor(async () => (await size(page)) === 5, 'all');
    });

    test('is what the filters say: topics, services, one event type in any spelling', async (t) => {
        const service = unique('service');
        await letter({ service, topic: `${service}-mail` });
        await letter({ service, topic: `${service}-print`, type: 'bookly.report-requested' });
        await letter({ service, topic: `${service}-third`, type: 'report_requested' });
        const page = await open(t, { ...ADMIN, at: 'dead-letters' });
        await page.getByLabel('Service').fill(service);
        await waitFor(async () => (await size(page)) === 3, 'the service');
        await page.getByLabel('Topic').fill(`${service}-mail, ${service}-print`);
        await waitFor(async () => (await size(page)) === 2, 'two topics');
        await letter({ service, topic: `${service}-third` });
        await letter({ service, topic: `${service}-mail`, error: 'the one that fits' });
        await row(page, 'the one that fits').waitFor();
        assert.equal(await size(page), 3);
        await page.getByLabel('Topic').fill('');
        await page.getByLabel('Event type').fill('REPORT.REQUESTED');
        await waitFor(async () => (await size(page)) === 2, 'one type');
        await letter({ service });
        await letter({ service, type: 'Report_Requested', error: 'live' });
        await row(page, 'live').waitFor();
        assert.equal(await size(page), 3);
    });

    test('reaches back page by page, and stays right while many come and go', async (t) => {
        const service = unique('service');
        await letters(service, 350, { status: 'failed' });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        await row(page, '_0350').waitFor();
        const scroll = () => page.locator('.list').evaluate((box) => { box.scrollTop = box.scrollHeight; });
        const toEnd = (last) => waitFor(async () => { await scroll(); return row(page, last).isVisible(); }, 'the last one');
        await toEnd('EMAIL_REQUESTED_0001');
        assert.equal(await size(page), 350);
        await letters(service, 250, { type: 'LATER', status: 'failed' }); // more than a page at once
        await waitFor(async () => { await scroll(); return (await size(page)) === 600; }, 'all of them again');
        await toEnd('EMAIL_REQUESTED_0001');
        await page.locator('.list').evaluate((box) => { box.scrollTop = 0; });
        await row(page, 'LATER_0250').waitFor();
        // a retry of each, as an operator's: each is pushed
        await sql(`update bookly_data.dead_letters set status = 'pending', attempt_count = 0, due_at = clock_timestamp()
            where service = $1`, [service]);
        await waitFor(async () => (await chips(page)).every((text) => text === 'pending'), 'what is in sight');
        await toEnd('EMAIL_REQUESTED_0001');
        assert.ok((await chips(page)).every((text) => text === 'pending'), 'what was not');
    });

    test('works while the client is on REST polling', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        page.allow(/socket\.io/, /\/api\/v1\/sse/, /Failed to load resource/);
        await page.context().route(/\/socket\.io\/|\/api\/v1\/(sse|ws)/, (route) => route.abort());
        await page.context().routeWebSocket(/socket\.io/, (socket) => socket.close());
        await page.reload();
        await badgeSays(page, /REST polling/, 60000);
        await row(page, 'pending').waitFor();
        await page.getByRole('group', { name: 'Records by status' }).getByText(/\d/).first().waitFor();
        await adminCaller().post(`/dlq/${id}/resolve`, { resolution: 'by somebody else' });
        await row(page, 'resolved').waitFor();
        await letter({ service, error: 'another one' });
        await row(page, 'another one').waitFor();
    });
});

describe('one dead letter', () => {
    const open = withBrowser();

    test('has its error, stack, attempts, when it is due, and the original event', async (t) => {
        const service = unique('service');
        const { id, event_id } = await letter({
            service, topic: 'mail', error: 'SMTP 421: too many connections', stack: 'Error\n    at send (mail.js:7)', max_attempts: 5,
        });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        await rows(page).first().getByRole('button').click();
        await dialog(page).getByText('SMTP 421: too many connections').waitFor();
        await waitFor(() => page.url().includes(`id=${id}`), 'its address');
        await dialog(page).getByText('Stack').click();
        for (const text of ['at send (mail.js:7)', '0 of 5', 'mail', '"to": "maria"', id, 'Next attempt']) {
            assert.ok(await dialog(page).getByText(text).first().isVisible(), text);
        }
        await assertAccessible(page);
        await work(service, (dlq_id) => call('dlq_fail', { dlq_id, error: 'and again' }));
        await dialog(page).getByText('1 of 5').waitFor();
        await dialog(page).getByText('and again').waitFor();
        await dialog(page).getByRole('link', { name: 'See the event' }).click();
        await page.locator('nav a[aria-current="page"][href="#/events"]').waitFor();
        await dialog(page).getByText(event_id).waitFor();
        await dialog(page).getByRole('link', { name: 'Open' }).click();
        await dialog(page).getByText('1 of 5').waitFor();
    });

    test('is retried', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        await spend(service);
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}&id=${id}` });
        await dialog(page).getByText('3 of 3').waitFor();
        await button(dialog(page), 'Retry').click();
        await dialog(page).getByText('It will be tried as soon as can be.').waitFor();
        await dialog(page).getByText('0 of 3').waitFor();
        assert.equal(await status(id), 'pending');
        const [audit] = await sql(`select actor from bookly_data.audit where subject = $1 and action = 'dlq_retry'`, [id]);
        assert.equal(audit.actor, page.who.user);
        await page.keyboard.press('Escape');
        await row(page, 'pending').waitFor();
    });

    test('is resolved, with words', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}&id=${id}` });
        await button(dialog(page), 'Resolve…').click();
        assert.ok(await button(dialog(page), 'Resolve').isDisabled(), 'not without words');
        await assertAccessible(page);
        await dialog(page).getByLabel('How it was resolved').fill('sent by hand');
        await button(dialog(page), 'Resolve').click();
        await dialog(page).getByText('Resolved.').waitFor();
        await dialog(page).getByText('sent by hand').waitFor();
        await dialog(page).getByText(`by ${page.who.user}`).waitFor();
        assert.equal(await status(id), 'resolved');
        assert.ok(await button(dialog(page), 'Retry').isDisabled());
        await page.keyboard.press('Escape');
        await row(page, 'resolved').waitFor();
    });

    test('is deleted after one question, and not before', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}&id=${id}` });
        await button(dialog(page), 'Delete').click();
        await dialog(page).getByText('Delete it?').waitFor();
        await button(dialog(page), 'Cancel').click();
        assert.equal(await status(id), 'pending');
        await button(dialog(page), 'Delete').click();
        await dialog(page).getByText('Delete it?').waitFor();
        await button(dialog(page), 'Delete').click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await waitFor(async () => (await size(page)) === 0, 'no row');
        assert.equal(await status(id), undefined);
    });

    test('says in words why something failed', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}&id=${id}` });
        page.allow(/409/, /404/, /ERR_FAILED/);
        await dialog(page).getByText('0 of 3').waitFor();
        await sql(`update bookly_data.dead_letters set status = 'retrying', attempt_count = 1, total_attempts = 1,
            due_at = clock_timestamp() + interval '1 minute' where id = $1`, [id]);
        await dialog(page).getByText('1 of 3').waitFor();
        await button(dialog(page), 'Retry').click();
        await dialog(page).getByText('A worker is trying it right now.').waitFor();

        await spend(service, 50);
        await dialog(page).getByText('50 in all').waitFor();
        await button(dialog(page), 'Retry').click();
        await dialog(page).getByText('It was tried 50 times: it will not be tried again.').waitFor();

        await button(dialog(page), 'Resolve…').click();
        await dialog(page).getByLabel('How it was resolved').fill('too late');
        await adminCaller().post(`/dlq/${id}/resolve`, { resolution: 'first' });
        await button(dialog(page), 'Resolve').click();
        await dialog(page).getByText('Somebody was faster: it is resolved now.').waitFor();
        await button(dialog(page), 'Cancel').click();
        await dialog(page).getByText('first').waitFor();

        await page.context().route(`**/dlq/${id}`, (route) => route.abort());
        await button(dialog(page), 'Delete').click();
        await button(dialog(page), 'Delete').click();
        await dialog(page).getByText('The server does not answer; try again.').first().waitFor();
        await page.context().unroute(`**/dlq/${id}`);
        await adminCaller().remove(`/dlq/${id}`);
        await dialog(page).getByText('This record does not exist any more.').waitFor(); // with the next statistics
        await visit(page, 'dead-letters?id=0190f6a0-1111-7222-8333-444455556666');
        await dialog(page).getByText('This record does not exist any more.').waitFor();
    });

    test('is the administrator’s to act on: others see why not', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service });
        const page = await open(t, { roles: ['SERVICE'], at: `dead-letters?service=${service}&id=${id}` });
        await dialog(page).getByText('Acting on the queue needs the role GENERAL_ADMIN.').waitFor();
        for (const name of ['Retry', 'Resolve…', 'Delete']) {
            assert.ok(await button(dialog(page), name).isDisabled(), name);
        }
        await page.keyboard.press('Escape');
        assert.ok(await button(page, 'Redrive…').isDisabled());
    });
});

describe('a redrive', () => {
    const open = withBrowser();

    test('says how many before it begins, keeps its rate, and is cancelled', async (t) => {
        const service = unique('service');
        await letters(service, 300, { status: 'failed' });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        await row(page, 'failed').first().waitFor();
        await button(page, 'Redrive…').click();
        await dialog(page).getByText('Records that will be retried: 300').waitFor();
        await assertAccessible(page);
        assert.equal(await dialog(page).getByLabel('Status').inputValue(), 'failed');
        await dialog(page).getByLabel('Status').selectOption('pending');
        await dialog(page).getByText('Records that will be retried: 0').waitFor();
        assert.ok(await button(dialog(page), 'Redrive').isDisabled());
        await dialog(page).getByLabel('Status').selectOption('failed');
        await dialog(page).getByText('Records that will be retried: 300').waitFor();
        await dialog(page).getByLabel('Records a second').fill('5');
        await button(dialog(page), 'Redrive').click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await progressOf(page).getByText('running').waitFor();
        await progressOf(page).getByText(/^[1-9]\d* of 300$/).waitFor();
        await button(page, 'Redrive…').click();
        await dialog(page).getByText('A redrive is running').waitFor();
        assert.ok(await button(dialog(page), 'Redrive').isDisabled());
        await page.keyboard.press('Escape');
        await button(progressOf(page), 'Cancel').click();
        await progressOf(page).getByText('cancelled').waitFor();
        const [task] = await sql('select status, done, rate from bookly_data.tasks where actor = $1', [page.who.user]);
        assert.deepEqual([task.status, task.rate], ['cancelled', 5]);
        assert.ok(task.done > 0 && task.done < 300, `${task.done}`);
        await progressOf(page).getByText(`${task.done} of 300`).waitFor();
    });

    test('to its end, by filter, with what was left out', async (t) => {
        const service = unique('service');
        await letters(service, 60, { type: 'KEPT', status: 'failed' });
        await letters(service, 40, { type: 'MAIL', status: 'failed' });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}&status=failed` });
        await row(page, 'MAIL').first().waitFor();
        await button(page, 'Redrive…').click();
        await dialog(page).getByLabel('Event type').fill('mail.0001, bookly.mail-0002, KEPT_0001');
        await dialog(page).getByText('Records that will be retried: 3', { exact: true }).waitFor();
        await dialog(page).getByLabel('Event type').fill('');
        await dialog(page).getByLabel('Topic').fill(service);
        await dialog(page).getByText('Records that will be retried: 100').waitFor();
        await button(dialog(page), 'Redrive').click();
        await progressOf(page).getByText('completed').waitFor();
        await progressOf(page).getByText('100 of 100').waitFor();
        await waitFor(async () => (await size(page)) === 0, 'none of them is failed any more');
        const [{ count }] = await sql(`select count(*)::int from bookly_data.dead_letters where service = $1
            and status = 'pending' and attempt_count = 0`, [service]);
        assert.equal(count, 100);
        await assertAccessible(page);
        await button(progressOf(page), 'Dismiss').click();
        await progressOf(page).waitFor({ state: 'detached' });
    });
});
