// 10,000 rows: few of them are drawn, scrolling is smooth, and what is being read stays where it is. Runs alone: the
// server looks back at the newest 1,000 lines of the log only, which would all be these.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { publishEvent, sql, writeLog } from '../../integration/support/sql.mjs';
import { unique } from '../../integration/support/token.mjs';
import { waitFor } from '../../integration/support/wait.mjs';
import { withBrowser } from '../support/browser.mjs';
import { rowCount } from '../support/pages.mjs';

const MANY = 10000;

const LISTS = {
    events: {
        at: (service) => `events?services=${service}`,
        many: (service) => sql(`select bookly.publish_event('MANY_' || n, $1)
            from generate_series(1, ${MANY}) n`, [service]),
        one: (service) => publishEvent({ event_type: 'ONE_MORE', service }),
        arrived: async (page, row, was) => Number(await row.getAttribute('aria-posinset')) === was + 1,
    },
    logs: {
        at: (service) => `logs?service=${service}`,
        many: (service) => sql(`select bookly.write_log('info', $1, 'Many', 'MANY_' || n)
            from generate_series(1, ${MANY}) n`, [service]),
        one: (service) => writeLog({ level: 'info', service, context: 'Many', message: 'ONE_MORE' }),
        arrived: (page) => page.getByRole('button', { name: /1 new line/ }).isVisible(), // it waits
    },
};

const rows = (page) => page.locator('.list li');
const scrolledTo = (page, share) => page.locator('.list').evaluate((box, to) => {
    box.scrollTop = to * (box.scrollHeight - box.clientHeight);
}, share);

/** For the reader, no test: milliseconds of each of 120 frames while the list is scrolled through from top to end. */
const frames = (page) => page.locator('.list').evaluate(async (box) => {
    const taken = [];
    let last = performance.now();
    for (let i = 1; i <= 120; i += 1) {
        box.scrollTop = (i / 120) * box.scrollHeight;
        const now = await new Promise((resolve) => { requestAnimationFrame(() => resolve(performance.now())); });
        taken.push(now - last);
        last = now;
    }
    return taken.sort((a, b) => a - b);
});

describe('10,000 rows that come at once', () => {
    const open = withBrowser();

    for (const [name, { at, many, one, arrived }] of Object.entries(LISTS)) {
        test(`of ${name}`, async (t) => {
            const service = unique('service');
            const page = await open(t, { roles: ['GENERAL_ADMIN'], at: at(service) });
            await one(service);
            await rows(page).first().waitFor();
            await many(service);
            await waitFor(async () => (await rowCount(page)) >= MANY, 'the rows', 60000);
            await rows(page).filter({ hasText: `MANY_${MANY}` }).waitFor();

            const drawn = await page.evaluate(() => [document.querySelectorAll('.list li').length,
                document.querySelectorAll('*').length]);
            assert.ok(drawn[0] < 80, `${drawn[0]} rows are drawn`);
            assert.ok(drawn[1] < 2000, `${drawn[1]} elements`);

            const taken = await frames(page);
            t.diagnostic(`${name}: a frame took ${taken[60].toFixed(1)} ms, the slowest ${taken[119].toFixed(1)}`);

            await scrolledTo(page, 0.5);
            const middle = rows(page).nth(12);
            const place = async () => Number(await middle.getAttribute('aria-posinset'));
            await waitFor(async () => Math.abs(await place() - MANY / 2) < 50, 'the middle');
            const [before, box] = [await middle.innerText(), await middle.boundingBox()];
            const same = rows(page).filter({ hasText: new RegExp(`${/MANY_\d+/.exec(before)[0]}(?!\\d)`) });
            const was = await place();
            await one(service);
            await waitFor(() => arrived(page, same, was), 'one more');
            const after = await same.boundingBox();
            assert.ok(Math.abs(after.y - box.y) < 2, `it moved by ${after.y - box.y} px`);
        });
    }
});
