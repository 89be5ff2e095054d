// The page of events: live and stored rows in one list, filters, pause, back in time.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failEvent, publishEvent } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { flood, history, row, rows, size, types } from './support/events.mjs';
import { onlyRest } from './support/pages.mjs';

const ADMIN = { roles: ['GENERAL_ADMIN'] };
const TALL = { width: 1200, height: 3000 }; // so that every row is drawn
const CEILING = 10000;

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
        assert.deepEqual(await types(page),
            ['LIVE_3', 'LIVE_2', 'LIVE_1', 'PAST_5', 'PAST_4', 'PAST_3', 'PAST_2', 'PAST_1']);
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
        await waitFor(async () => (await types(page)).join() === 'room.booked,ROOM_BOOKED,ROOM_BOOKED', 'what fits');
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
        const downFrom = (count, name) => [...Array(count)].map((_, index) => `${name}_${count - index}`);
        assert.deepEqual(await allTypes(page), [...downFrom(live, 'LIVE'), ...downFrom(650, 'PAST')]);
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
        await page.getByLabel('From').fill('2025-03-02T07:00'); // as clocks in Bogotá show it
        await waitFor(async () => (await types(page)).join() === 'DAY_3,DAY_2', 'since the second');
        await page.getByLabel('Until').fill('2025-03-02T07:00');
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
