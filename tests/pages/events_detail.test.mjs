// One event in detail, and replays: how many, progress, cancelling, who may.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failEvent, publishEvent, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';
import { dialog, flood, history, row, rows } from './support/events.mjs';
import { visit } from './support/sign_in.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };
const TALL = { width: 1200, height: 3000 }; // so that every row is drawn

describe('one event', () => {
    const open = withBrowser();

    test('has all fields, its causes, what became of it, and an address', async (t) => {
        const service = unique('service');
        const correlation_id = unique('c');
        const chain = [];
        for (const event_type of ['ASKED', 'GRANTED', 'CONFIRMED']) {
            chain.push(await publishEvent({
                event_type, service, correlation_id, causation_id: chain.at(-1) ?? null, user_id: 'maria',
                aggregate_type: 'Reservation', aggregate_id: `a-${service}`,
                data: { room: 'A-1' }, metadata: { ip: '10.0.0.7' },
            }));
        }
        const id = chain.at(-1);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await row(page, 'CONFIRMED').getByRole('button').click();
        const detail = dialog(page);
        await detail.getByText('maria', { exact: true }).waitFor();
        for (const text of [id, service, correlation_id, '"room": "A-1"', '"ip": "10.0.0.7"']) {
            assert.ok(await detail.getByText(text).first().isVisible(), text);
        }
        assert.equal(new URLSearchParams(page.url().split('?')[1]).get('id'), id);
        const causes = detail.locator('ol.chain li');
        await waitFor(async () => (await causes.count()) === 3, 'the chain');
        const names = (await causes.allInnerTexts()).map((text) => text.split(' ')[0]);
        assert.deepEqual(names, ['ASKED', 'GRANTED', 'CONFIRMED']);
        await detail.getByText('Same correlation').waitFor();
        await detail.getByText('It is not in the dead-letter queue.').waitFor();
        await assertAccessible(page);

        const dlqId = await failEvent({ event_id: id, error: 'the door is locked' });
        await detail.getByText('Failed', { exact: true }).waitFor();
        const told = detail.getByText('the door is locked');
        await waitFor(async () => (await told.count()) === 2, 'it to be told, and in the queue');
        await sql('select bookly.replay_event($1)', [id]);
        await detail.getByText('Replayed', { exact: true }).waitFor();
        const letter = detail.getByRole('link', { name: 'Open' });
        assert.equal(await letter.getAttribute('href'), `#/dead-letters?id=${dlqId}`);

        await causes.first().getByRole('link').click();
        await detail.getByRole('heading', { name: 'ASKED' }).waitFor();
        await detail.getByText('It names no cause.').waitFor();
        await page.goBack();
        await detail.getByRole('heading', { name: 'CONFIRMED' }).waitFor();
        await page.keyboard.press('Escape');
        await detail.waitFor({ state: 'detached' });
        await waitFor(() => !page.url().includes('id='), 'its address is gone');
        await row(page, 'CONFIRMED').getByText('replayed').waitFor();
    });

    test('is found by its address, whatever the filters leave out', async (t) => {
        const service = unique('service');
        const id = await publishEvent({ event_type: 'LINKED', service, causation_id: 'not-stored' });
        const page = await open(t, { ...ADMIN, at: `events?services=${unique('other')}&id=${id}` });
        await dialog(page).getByRole('heading', { name: 'LINKED' }).waitFor();
        await dialog(page).getByText('not stored').waitFor();
        await page.getByText('Rows: 0', { exact: true }).waitFor();
        await failEvent({ event_id: id, error: 'live, too' });
        await dialog(page).getByText('Failed', { exact: true }).waitFor();
        assert.equal(await rows(page).count(), 0);
        await visit(page, 'events?id=nothing');
        page.allow(/404/);
        await dialog(page).getByText('No event with this id is stored.').waitFor();
    });

    test('a loop of causes ends', async (t) => {
        const [first, second] = [unique('e'), unique('e')];
        const service = unique('service');
        await publishEvent({ event_type: 'HEN', service, event_id: first, causation_id: second });
        await publishEvent({ event_type: 'EGG', service, event_id: second, causation_id: first });
        const page = await open(t, { ...ADMIN, at: `events?id=${second}` });
        await waitFor(async () => (await dialog(page).locator('ol.chain li').count()) === 2, 'both');
    });
});

describe('a replay', () => {
    const open = withBrowser();
    const begin = (page) => dialog(page).getByRole('button', { name: 'Replay', exact: true });

    test('says how many before it begins, shows its progress, and its end', async (t) => {
        const service = unique('service');
        await history(service, 30);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}`, viewport: TALL });
        await row(page, 'PAST_30').waitFor();
        await page.getByRole('button', { name: 'Replay…' }).click();
        await dialog(page).getByText('Events that will be replayed: 30').waitFor();
        await assertAccessible(page);
        await dialog(page).getByLabel('Event types').fill('past.7, PAST_8, bookly.past-9');
        await dialog(page).getByText('Events that will be replayed: 3', { exact: true }).waitFor();
        await dialog(page).getByLabel('At most').fill('2');
        await dialog(page).getByText('Events that will be replayed: 2', { exact: true }).waitFor();
        await begin(page).click();
        await dialog(page).waitFor({ state: 'detached' });
        const progress = page.getByRole('region', { name: 'Replay' });
        await progress.getByText('completed').waitFor();
        await progress.getByText('2 of 2').waitFor();
        for (const type of ['PAST_7', 'PAST_8']) {
            await row(page, new RegExp(`${type}(?!\\d)`)).getByText('replayed').waitFor();
        }
        await assertAccessible(page);
        assert.equal(await page.getByText('replayed', { exact: true }).count(), 2);
        const [task] = await sql(`select total from bookly_data.tasks where actor = $1`, [page.who.user]);
        assert.equal(task.total, 2);
        await progress.getByRole('button', { name: 'Dismiss' }).click();
        await progress.waitFor({ state: 'detached' });
    });

    test('is cancelled where it is, also after another page was looked at', async (t) => {
        const service = unique('service');
        await flood(service, 8000);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await page.getByRole('button', { name: 'Replay…' }).click();
        await dialog(page).getByText('Events that will be replayed: 8,000').waitFor();
        await begin(page).click();
        const progress = page.getByRole('region', { name: 'Replay' });
        await progress.getByText('running').waitFor();
        await visit(page, 'overview');
        await visit(page, 'events');
        await progress.getByRole('button', { name: 'Cancel' }).click();
        await progress.getByText('cancelled').waitFor();
        const [task] = await sql('select status, done, total from bookly_data.tasks where actor = $1', [page.who.user]);
        assert.equal(task.status, 'cancelled');
        assert.ok(task.done < 8000);
        await progress.getByText(`${task.done.toLocaleString('en')} of 8,000`).waitFor();
    });

    test('of one event; of none can’t begin; a refusal is in words', async (t) => {
        const service = unique('service');
        const id = await publishEvent({ event_type: 'ONE', service });
        const page = await open(t, { ...ADMIN, at: `events?services=${service}&id=${id}` });
        await dialog(page).getByRole('button', { name: 'Replay this event…' }).click();
        await dialog(page).getByText('Events that will be replayed: 1', { exact: true }).waitFor();
        await begin(page).click();
        await dialog(page).getByText('1 of 1').waitFor();
        await dialog(page).getByText('Replayed', { exact: true }).waitFor();
        await page.keyboard.press('Escape');

        await page.getByRole('button', { name: 'Replay…' }).click();
        await dialog(page).getByLabel('Aggregate id').fill('nobody');
        await dialog(page).getByText('Events that will be replayed: 0').waitFor();
        assert.ok(await begin(page).isDisabled());
        page.allow(/400/);
        await dialog(page).getByLabel('At most').fill('600000');
        await dialog(page).getByText(/That failed: limit/).waitFor();
        assert.ok(await begin(page).isDisabled());
    });

    test('is the administrator’s: others see why not', async (t) => {
        const page = await open(t, { roles: ['PROGRAM_ADMIN'], at: 'events' });
        assert.ok(await page.getByRole('button', { name: 'Replay…' }).isDisabled());
        await page.getByText('Replaying needs the role GENERAL_ADMIN.').waitFor();
        const id = await publishEvent({ event_type: 'SEEN', service: unique('service') });
        await visit(page, `events?id=${id}`);
        page.allow(/403/);
        await dialog(page).getByText('Your roles do not show the dead-letter queue.').waitFor();
        assert.ok(await dialog(page).getByRole('button', { name: 'Replay this event…' }).isDisabled());
    });
});
