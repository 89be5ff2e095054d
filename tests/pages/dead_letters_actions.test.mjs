// One dead letter in detail, what operators do to it, and redrives.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adminCaller } from '../integration/support/rest.mjs';
import { call, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';
import { button, dialog, letter, letters, row, rows, size, spend, work } from './support/dead_letters.mjs';
import { visit } from './support/sign_in.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };
const status = async (id) => (await sql('select status from bookly_data.dead_letters where id = $1', [id]))[0]?.status;
const progressOf = (page) => page.getByRole('region', { name: 'Redrive' });

describe('one dead letter', () => {
    const open = withBrowser();

    test('has its error, stack, attempts, when it is due, and the original event', async (t) => {
        const service = unique('service');
        const { id, event_id } = await letter({
            service, topic: 'mail', error: 'SMTP 421: too many connections', max_attempts: 5,
            stack: 'Error\n    at send (mail.js:7)',
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
        const [audit] = await sql(`select actor from bookly_data.audit
            where subject = $1 and action = 'dlq_retry'`, [id]);
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
