// Every page, light and dark, wide and on a phone: nothing serious for axe, no scrolling sideways, both with something
// on it to be looked at.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { failEvent, notifyUser, publishEvent, writeLog } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';
import { PAGES, overflow } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

const SIZES = {
    desk: { width: 1200, height: 750 }, phone: { width: 390, height: 800 }, narrow: { width: 320, height: 640 },
};
const user = unique('looker');
const mark = unique('service');
const long = 'a_very_long_name_without_any_blank_in_it_'.repeat(4);

/** Something on every page, long names among it. */
async function fill() {
    const service = mark;
    for (let i = 0; i < 30; i += 1) {
        const event_id = await publishEvent({
            event_type: i === 29 ? long.slice(0, 150) : 'LOOKED_AT', service, data: { i, long },
            correlation_id: unique('c'),
        });
        if (i % 5 === 4) {
            await failEvent({ event_id, error: `it did not work: ${long}`, stack: 'Error\n    at run (main.js:1)' });
        }
        const level = ['debug', 'info', 'warn', 'error'][i % 4];
        await writeLog({ level, service, context: 'Looking', message: i === 28 ? long : `line ${i}`, metadata: { i } });
    }
    for (const type of ['info', 'success', 'warning', 'error', 'action_required']) {
        const title = `${type} ${long}`.slice(0, 200);
        await notifyUser(user, { type, category: 'reservation', title, message: long, action_url: '/x' });
    }
}

/** Relative luminance of the page's background, 0 to 1. */
const luminance = (page) => page.evaluate(() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
});

describe('every page', () => {
    const open = withBrowser();
    before(fill);

    for (const colorScheme of ['light', 'dark']) {
        for (const [size, viewport] of Object.entries(SIZES)) {
            test(`${colorScheme}, ${size}: accessible and not too wide`, async (t) => {
                const page = await open(t, { user, roles: ['GENERAL_ADMIN'], colorScheme, viewport });
                for (const name of PAGES) {
                    await visit(page, name);
                    await page.locator('main').getByText(/\S/).first().waitFor();
                    await assertAccessible(page);
                    assert.equal(await overflow(page), 0, `${name} scrolls sideways`);
                }
                const light = await luminance(page);
                assert.ok(colorScheme === 'light' ? light > 0.8 : light < 0.2, `luminance ${light}`);
            });

            test(`${colorScheme}, ${size}: signed out`, async (t) => {
                const page = await open(t, { colorScheme, viewport });
                await page.locator('main').getByRole('button').first().waitFor();
                await assertAccessible(page);
                assert.equal(await overflow(page), 0);
            });
        }
    }

    // what opens on a page: [page, what opens it, further steps]
    const row = (page) => page.locator('.list li').first().click();
    const press = (name) => (page) => page.getByRole('button', { name }).first().click();
    const OPENED = {
        'the connection': ['overview', press(/^Connection: /)],
        'the account': ['overview', press(/^Account of /)],
        'the bell': ['overview', press(/unread/i)],
        'an event': [`events?services=${mark}`, row],
        'a replay': ['events', press(/^Replay/)],
        'a dead letter': [`dead-letters?service=${mark}`, row],
        'the deletion of a dead letter': [`dead-letters?service=${mark}`, row, press(/^Delete/)],
        'a redrive': ['dead-letters', press(/^Redrive/)],
        'a line of the log': [`logs?service=${mark}`, row],
        'the emptying of the inbox': ['notifications', press(/^(Delete all|Clear|Empty)/)],
    };
    for (const colorScheme of ['light', 'dark']) {
        for (const [size, viewport] of Object.entries(SIZES).slice(0, 2)) {
            test(`${colorScheme}, ${size}: what opens on a page`, async (t) => {
                const page = await open(t, { user, roles: ['GENERAL_ADMIN'], colorScheme, viewport });
                for (const [name, [at, ...steps]] of Object.entries(OPENED)) {
                    t.diagnostic(name);
                    await visit(page, at);
                    for (const step of steps) {
                        await step(page);
                    }
                    const opened = page.locator('dialog[open], [popover]:popover-open');
                    await opened.last().getByRole('heading').first().waitFor();
                    await assertAccessible(page);
                    assert.equal(await overflow(page), 0, `${name} makes the page scroll sideways`);
                    while (await opened.count() > 0) {
                        await page.keyboard.press('Escape');
                    }
                }
            });
        }
    }
});
