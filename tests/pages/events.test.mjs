// The page of events: live and stored rows in one list, filters, pause, back in time, one event in detail, replays.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failEvent, publishEvent, sql } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';
import { badgeSays } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };
const TALL = { width: 1200, height: 3000 }; // so that every row is drawn
const CEILING = 10000;

/** `count` events of a service in one statement, a second apart, the last of them now. */
const history = (service, count, name = 'PAST') => sql(`select bookly.publish_event($1 || '_' || i, $2, data =>
    jsonb_build_object('n', i), occurred_at => clock_timestamp() - make_interval(secs => $3::int - i))
    from generate_series(1, $3::int) i`, [name, service, count]);

/** `count` events at once. */
const flood = (service, count, name = 'FLOOD') => sql(`select bookly.publish_event($1 || '_' || i, $2)
    from generate_series(1, $3::int) i`, [name, service, count]);

const rows = (page) => page.locator('.list li');
const row = (page, text) => rows(page).filter({ hasText: text });
const types = async (page) => (await page.locator('.list li strong').allInnerTexts());
const size = async (page) => Number(await rows(page).first().getAttribute('aria-setsize'));
const dialog = (page) => page.getByRole('dialog').last();
const pause = (page) => page.getByRole('button', { name: 'Pause' }).click();
const resume = (page) => page.getByRole('button', { name: 'Resume' }).click();

/** To the end of the list, where this row is. */
const toEnd = (page, last) => waitFor(async () => {
    await page.locator('.list').evaluate((box) => { box.scrollTop = box.scrollHeight; });
    return row(page, last).isVisible();
}, `${last} at the end`);

/** All rows in order, whatever is drawn: the list is scrolled through. */
async function allTypes(page) {
    const seen = new Map();
    const list = page.locator('.list');
    const read = async () => {
        const drawn = await rows(page).evaluateAll((all) => all.map((each) =>
            [Number(each.getAttribute('aria-posinset')), each.querySelector('strong').textContent]));
        drawn.forEach(([place, type]) => seen.set(place, type));
    };
    const count = await size(page);
    for (let top = 0; seen.size < count; top += 500) {
        await list.evaluate((box, to) => { box.scrollTop = to; }, top);
        await waitFor(async () => {
            await read();
            return [...Array(Math.min(count, Math.floor((top + 500) / 36)))].every((_, index) => seen.has(index + 1));
        }, `the rows at ${top}`);
    }
    return [...Array(count)].map((_, index) => seen.get(index + 1));
}

/** Neither a WebSocket nor Server-Sent Events: what is left is REST polling. */
async function onlyRest(page) {
    page.allow(/socket\.io/, /\/api\/v1\/sse/, /Failed to load resource/);
    await page.context().route(/\/socket\.io\/|\/api\/v1\/(sse|ws)/, (route) => route.abort());
    await page.context().routeWebSocket(/socket\.io/, (socket) => socket.close());
    await page.reload();
    await badgeSays(page, /REST polling/, 60000);
}

describe('the list of events', () => {
    const open = withBrowser();

    test('has what was stored and what comes, each once, the newest first', async (t) => {
        const service = unique('service');
        await history(service, 5);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await row(page, 'PAST_1').waitFor();
        for (const event_type of ['LIVE_1', 'LIVE_2', 'LIVE_3']) {
            await publishEvent({ event_type, service, aggregate_type: 'Room', aggregate_id: 'r-7' });
            await row(page, event_type).waitFor();
        }
        assert.deepEqual(await types(page), ['LIVE_3', 'LIVE_2', 'LIVE_1', 'PAST_5', 'PAST_4', 'PAST_3', 'PAST_2', 'PAST_1']);
        assert.match(await row(page, 'LIVE_3').innerText(), new RegExp(`${service}\\s+Room r-7`));
        await page.getByText('Rows: 8', { exact: true }).waitFor();
        await page.getByText('there are no earlier ones').waitFor();
    });

    test('is what the filters say, in any spelling, and the address says them', async (t) => {
        const [one, other] = [unique('service'), unique('service')];
        for (const service of [one, other]) {
            await publishEvent({ event_type: 'ROOM_BOOKED', service, aggregate_type: 'Room', aggregate_id: 'r-1' });
            await publishEvent({ event_type: 'ROOM_FREED', service, aggregate_type: 'Room', aggregate_id: 'r-2' });
        }
        const page = await open(t, { ...ADMIN, at: 'events' });
        await page.getByLabel('Services').fill(`${one}, ${other}`);
        await waitFor(async () => (await types(page)).length === 4, 'those of both services');
        await page.getByLabel('Event types').fill('bookly.room-booked');
        await waitFor(async () => (await types(page)).join() === 'ROOM_BOOKED,ROOM_BOOKED', 'those of one type');
        await publishEvent({ event_type: 'room.freed', service: one });
        await publishEvent({ event_type: 'room.booked', service: unique('service') });
        await publishEvent({ event_type: 'room.booked', service: other });
        await waitFor(async () => (await types(page)).join() === 'room.booked,ROOM_BOOKED,ROOM_BOOKED', 'the one that fits');
        await page.getByLabel('Aggregate id').fill('r-1');
        await waitFor(async () => (await types(page)).length === 2, 'those of one aggregate');
        await publishEvent({ event_type: 'room.booked', service: one, aggregate_id: 'r-2' });
        await publishEvent({ event_type: 'Room-Booked', service: one, aggregate_id: 'r-1' });
        await waitFor(async () => (await types(page)).join() === 'Room-Booked,ROOM_BOOKED,ROOM_BOOKED', 'live, too');

        const { hash } = new URL(page.url());
        assert.deepEqual(Object.fromEntries(new URLSearchParams(hash.split('?')[1])),
            { eventTypes: 'bookly.room-booked', services: `${one}, ${other}`, aggregateId: 'r-1' });
        await page.reload();
        await waitFor(async () => (await types(page)).length === 3, 'the same after a reload');
        assert.equal(await page.getByLabel('Services').inputValue(), `${one}, ${other}`);
        await page.getByRole('button', { name: 'Clear the filters' }).click();
        await waitFor(() => new URL(page.url()).hash === '#/events', 'an address without them');
    });

    test('pauses: what comes is counted, and there when it goes on', async (t) => {
        const service = unique('service');
        await history(service, 3);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await row(page, 'PAST_1').waitFor();
        await pause(page);
        await flood(service, 25);
        await page.getByText('New: 25', { exact: true }).waitFor();
        assert.deepEqual(await types(page), ['PAST_3', 'PAST_2', 'PAST_1']);
        await resume(page);
        await waitFor(async () => (await size(page)) === 28, 'all of them');
        assert.equal((await types(page))[0], 'FLOOD_25');
        await publishEvent({ event_type: 'AFTER', service });
        await row(page, 'AFTER').waitFor();
    });

    test('keeps 10,000: what a pause can’t keep is told, and the list has no hole', async (t) => {
        const service = unique('service');
        await history(service, 2);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}`, viewport: TALL });
        await row(page, 'PAST_1').waitFor();
        await pause(page);
        await flood(service, CEILING + 40);
        await page.getByText('40 older ones were not kept').waitFor({ timeout: 60000 });
        await page.getByText('New: 10,000', { exact: true }).waitFor();
        assert.deepEqual(await types(page), ['PAST_2', 'PAST_1']);
        await resume(page);
        await waitFor(async () => (await size(page)) === CEILING, 'all that were kept');
        assert.equal((await types(page))[0], `FLOOD_${CEILING + 40}`);
        assert.ok(await rows(page).count() < 150, 'few are drawn');
        await page.getByText('The page keeps 10,000 rows.').waitFor();
        await toEnd(page, /FLOOD_41(?!\d)/);
        await page.getByRole('button', { name: 'Go on back from the last one' }).click();
        await waitFor(async () => (await size(page)) < CEILING, 'another list');
        assert.match(page.url(), /[?&]to=/);
        const [newest] = await types(page);
        assert.ok(Number(newest.slice(6)) >= 41, `no hole: ${newest}`);
        await toEnd(page, 'PAST_1');
    });

    test('reaches back page by page while more come, without hole or repeat', async (t) => {
        const service = unique('service');
        await history(service, 650);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await row(page, 'PAST_650').waitFor();
        let live = 0;
        while ((await size(page)) < 650 + live) {
            live += 1;
            await publishEvent({ event_type: `LIVE_${live}`, service });
            await page.locator('.list').evaluate((box) => { box.scrollTop = box.scrollHeight; });
        }
        await waitFor(async () => (await size(page)) === 650 + live, 'all of them');
        await page.getByText('there are no earlier ones').waitFor();
        const expected = [...Array(live)].map((_, i) => `LIVE_${live - i}`).concat([...Array(650)].map((_, i) => `PAST_${650 - i}`));
        assert.deepEqual(await allTypes(page), expected);
    });

    test('an event that comes late stands where it occurred, or comes with its page', async (t) => {
        const service = unique('service');
        await history(service, 150);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}`, viewport: TALL });
        const at = (seconds) => new Date(Date.now() - seconds * 1000);
        const last = page.locator('.list li').last();
        await pause(page); // nothing is fetched behind the page's back while it is looked at
        await resume(page);
        await publishEvent({ event_type: 'LATE', service, occurred_at: at(3.5) });
        await publishEvent({ event_type: 'VERY_LATE', service, occurred_at: at(149.5) });
        await publishEvent({ event_type: 'NOW', service });
        await row(page, 'NOW').waitFor();
        await page.locator('.list').evaluate((box) => { box.scrollTop = box.scrollHeight; });
        await waitFor(async () => (await size(page)) === 153, 'all of them');
        await last.waitFor();
        const all = await allTypes(page);
        assert.equal(new Set(all).size, 153);
        assert.equal(all[0], 'NOW');
        const [before, late, after] = [all.indexOf('LATE') - 1, all.indexOf('LATE'), all.indexOf('LATE') + 1];
        assert.ok(late > 1 && Number(all[before].slice(5)) - Number(all[after].slice(5)) === 1, all.slice(0, 8).join());
        assert.ok(all.indexOf('VERY_LATE') > 145, all.slice(-5).join());
    });

    test('looks back in time, and says that this is the past', async (t) => {
        const service = unique('service');
        const day = (n) => `2025-03-0${n}T12:00:00.000Z`;
        for (const n of [1, 2, 3]) {
            await publishEvent({ event_type: `DAY_${n}`, service, occurred_at: new Date(day(n)) });
        }
        const page = await open(t, { ...ADMIN, timezoneId: 'America/Bogota', at: `events?services=${service}` });
        await row(page, 'DAY_1').waitFor();
        await page.getByLabel('From').fill('2025-03-02T07:00:00'); // as clocks in Bogotá show it
        await waitFor(async () => (await types(page)).join() === 'DAY_3,DAY_2', 'since the second');
        await page.getByLabel('Until').fill('2025-03-02T07:00:00');
        await waitFor(async () => (await types(page)).join() === 'DAY_2', 'until then');
        await page.locator('main').getByText('past', { exact: true }).waitFor();
        assert.equal(new URLSearchParams(page.url().split('?')[1]).get('to'), day(2));
        await publishEvent({ event_type: 'NOW', service });
        await publishEvent({ event_type: 'THEN', service, occurred_at: new Date(day(2)) });
        await row(page, 'THEN').waitFor();
        assert.deepEqual(await types(page), ['THEN', 'DAY_2']);
    });

    test('works while the client is on REST polling', async (t) => {
        const service = unique('service');
        await history(service, 2);
        const page = await open(t, { ...ADMIN, at: `events?services=${service}` });
        await onlyRest(page);
        await row(page, 'PAST_1').waitFor();
        const id = await publishEvent({ event_type: 'POLLED', service });
        await row(page, 'POLLED').waitFor();
        await failEvent({ event_id: id, error: 'broken' });
        await row(page, 'POLLED').getByText('failed').waitFor();
        assert.deepEqual(await types(page), ['POLLED', 'PAST_2', 'PAST_1']);
    });
});

describe('one event', () => {
    const open = withBrowser();

    test('has all fields, its causes, what became of it, and an address', async (t) => {
        const service = unique('service');
        const correlation_id = unique('c');
        const chain = [];
        for (const event_type of ['ASKED', 'GRANTED', 'CONFIRMED']) {
            chain.push(await publishEvent({
                event_type, service, correlation_id, causation_id: chain.at(-1) ?? null, user_id: 'maria',
                aggregate_type: 'Reservation', aggregate_id: `a-${service}`, data: { room: 'A-1' }, metadata: { ip: '10.0.0.7' },
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
        assert.deepEqual((await causes.allInnerTexts()).map((text) => text.split(' ')[0]), ['ASKED', 'GRANTED', 'CONFIRMED']);
        await detail.getByText('Same correlation').waitFor();
        await detail.getByText('It is not in the dead-letter queue.').waitFor();
        await assertAccessible(page);

        const dlqId = await failEvent({ event_id: id, error: 'the door is locked' });
        await detail.getByText('Failed', { exact: true }).waitFor();
        await waitFor(async () => (await detail.getByText('the door is locked').count()) === 2, 'told, and in the queue');
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
