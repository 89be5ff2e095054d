// The page of dead letters: counters, filters, the records as they change.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adminCaller } from '../integration/support/rest.mjs';
import { call, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { chips, letter, letters, row, rows, size, spend, work } from './support/dead_letters.mjs';
import { onlyRest } from './support/pages.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };

describe('the list of dead letters', () => {
    const open = withBrowser();

    test('follows each record through all its states', async (t) => {
        const service = unique('service');
        const { id } = await letter({ service, topic: 'mail' });
        const page = await open(t, { ...ADMIN, at: `dead-letters?service=${service}` });
        await row(page, 'pending').waitFor();
        const shown = await rows(page).first().innerText();
        assert.match(shown, new RegExp(`EMAIL_REQUESTED\\s+${service}\\s+SMTP 421\\s+0/3`));
        await letter({ service, type: 'REPORT_REQUESTED' });
        await row(page, 'REPORT_REQUESTED').waitFor();
        assert.equal(await size(page), 2);
        await work(service, () => {});
        await waitFor(async () => (await chips(page)).join() === 'retrying,retrying', 'both are tried');
        await call('dlq_succeed', { dlq_id: id, resolution: 'sent' });
        await row(page, 'EMAIL_REQUESTED').getByText('resolved').waitFor();
        const [other] = await sql('select id from bookly_data.dead_letters where service = $1 and id <> $2',
            [service, id]);
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
            .map((text) => text.split('\n')).map(([figure, name]) => [name, Number(figure.replace(/,/g, ''))]));
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
        const toEnd = (last) => waitFor(async () => {
            await scroll();
            return row(page, last).isVisible();
        }, 'the last one');
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
        await onlyRest(page);
        await row(page, 'pending').waitFor();
        await page.getByRole('group', { name: 'Records by status' }).getByText(/\d/).first().waitFor();
        await adminCaller().post(`/dlq/${id}/resolve`, { resolution: 'by somebody else' });
        await row(page, 'resolved').waitFor();
        await letter({ service, error: 'another one' });
        await row(page, 'another one').waitFor();
    });
});
