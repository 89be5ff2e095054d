// The log: a live tail that goes on from history, held while somebody reads, with nothing missing and nothing twice.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { sql, writeLog } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { onlyRest } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

const ADMIN = ['GENERAL_ADMIN'];
const CEILING = 10000;
const LEVELS = ['error', 'warn', 'info', 'debug'];
const list = (page) => page.locator('.list');
const rows = (page) => page.locator('.list li');
const row = (page, message) => rows(page).filter({ hasText: new RegExp(` · ${message}$`) });
const button = (where, name) => where.getByRole('button', { name, exact: true });
const state = (page, words) => page.getByRole('status').filter({ hasText: words }).waitFor();
const messages = async (page) => (await page.locator('.list .logs-message').allInnerTexts())
    .map((text) => text.replace(/^.* · /, ''));
const scrolledTo = (page, share) => list(page).evaluate((box, to) => {
    box.scrollTop = to * (box.scrollHeight - box.clientHeight);
}, share);

/** Lines "first" to "last" of a service, in one transaction; their level goes round. */
const write = (service, first, last) => sql(`select bookly.write_log(('{error,warn,info,debug}'::text[])[1 + n % 4],
    $1, 'Writer', n::text) from generate_series($2::int, $3::int) n`, [service, first, last]);

/** All lines that the page has, by its download: the newest first. */
async function shown(page) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
    assert.match(download.suggestedFilename(), /^logs-[-\dT]+\.ndjson$/);
    const text = await readFile(await download.path(), 'utf8');
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line)).reverse();
}

const count = (first, last, step = 1) =>
    Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => String(last - index * step));

/** They are the newest one and what comes before it, each once. → the oldest */
function assertRun(lines, last, step = 1) {
    const found = lines.map(({ message }) => Number(message));
    assert.ok(found.length > 0);
    assert.deepEqual(found.map(String), count(found.at(-1), last, step));
    return found.at(-1);
}

/** Writes on and on: {stop() → the number of the last line}. */
function writer(service) {
    let last = 0;
    let going = true;
    const done = (async () => {
        while (going) {
            await write(service, last + 1, last + 20);
            last += 20;
        }
    })();
    return {
        reached: (number) => waitFor(() => last >= number, `line ${number}`),
        stop: async () => { going = false; await done; return last; },
    };
}

describe('the tail', () => {
    const open = withBrowser();

    test('shows a line when it is written, and all of it when it is opened', async (t) => {
        const service = unique('service');
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await state(page, 'Live');
        await writeLog({
            level: 'error', service, context: 'Payments', message: 'it failed', metadata: { order: 7, password: 'x' },
            stack: 'Error: it failed\n    at pay (pay.js:1)',
        });
        await row(page, 'it failed').waitFor();
        assert.match((await row(page, 'it failed').innerText()).replace(/\s+/g, ' '), /error .*Payments · it failed$/);
        await row(page, 'it failed').getByRole('button').click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText('"order": 7').waitFor();
        await dialog.getByText('[redacted]').waitFor();
        await dialog.getByText('at pay (pay.js:1)').waitFor();
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        assert.ok(await row(page, 'it failed').getByRole('button').evaluate((line) => line === document.activeElement));
    });

    const FILTERS = {
        'one level': { level: 'warn' },
        'two levels': { level: 'debug,error' },
        'a level and worse': { minLevel: 'warn' },
        'a context': { context: 'pay' },
        'a context and a level': { context: 'pay', minLevel: 'info' },
    };
    for (const [name, filters] of Object.entries(FILTERS)) {
        test(`filters by ${name}, the same in history and live`, async (t) => {
            const service = unique('service');
            const all = LEVELS.flatMap((level) => ['Repayments', 'Mail'].map((context) => ({ level, service, context })));
            const wanted = all.filter(({ level, context }) => (!filters.level || filters.level.includes(level))
                && (!filters.minLevel || LEVELS.indexOf(level) <= LEVELS.indexOf(filters.minLevel))
                && (!filters.context || context.includes(filters.context)));
            const writeAll = async (when) => {
                for (const line of all) {
                    await writeLog({ ...line, message: `${when} ${line.level} ${line.context}` });
                }
            };
            const called = (when) => wanted.map(({ level, context }) => `${when} ${level} ${context}`).reverse();
            await writeAll('before');
            const page = await open(t, { roles: ADMIN });
            await visit(page, `logs?${new URLSearchParams({ ...filters, service })}`);
            await row(page, called('before').at(-1)).waitFor();
            assert.deepEqual(await messages(page), called('before'));
            await writeAll('after');
            await row(page, called('after')[0]).waitFor();
            assert.deepEqual(await messages(page), [...called('after'), ...called('before')]);
        });
    }

    test('the fields write the filters into the address, which a reload and a link keep', async (t) => {
        const [one, other] = [unique('one'), unique('other')];
        await writeLog({ level: 'warn', service: one, context: 'Mail', message: 'a warning' });
        await writeLog({ level: 'info', service: one, context: 'Mail', message: 'a word' });
        await writeLog({ level: 'warn', service: other, context: 'Pay', message: 'another' });
        const page = await open(t, { roles: ADMIN, at: 'logs' });
        await page.getByLabel('Service').fill(`${one}, ${other}`);
        await row(page, 'a word').waitFor();
        await waitFor(async () => (await rows(page).count()) === 3, 'the three');
        await page.getByLabel('Level').selectOption('warn and worse');
        await waitFor(async () => (await rows(page).count()) === 2, 'the warnings');
        await page.getByLabel('Context contains').fill('Mai');
        await page.keyboard.press('Enter');
        await waitFor(async () => (await rows(page).count()) === 1, 'the one');
        const address = page.url();
        await page.reload();
        await row(page, 'a warning').waitFor();
        assert.equal(page.url(), address);
        assert.equal(await page.getByLabel('Context contains').inputValue(), 'Mai');
        await button(page, 'Clear the filters').click();
        await page.waitForURL(/#\/logs$/);
        assert.equal(await page.getByLabel('Service').inputValue(), '');
    });

    test('history and what comes meanwhile are one list, also when the filters change', async (t) => {
        const service = unique('service');
        const writing = writer(service);
        await writing.reached(300);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await rows(page).first().waitFor();
        await visit(page, `logs?service=${service}&level=warn`);
        await page.locator('.list li', { hasText: 'warn' }).first().waitFor();
        await visit(page, `logs?service=${service}`);
        await page.locator('.list li', { hasText: 'debug' }).first().waitFor();
        await visit(page, `logs?service=${service}&level=warn`);
        await page.locator('.list li', { hasText: 'warn' }).first().waitFor();
        const last = await writing.stop();
        const lastWarning = last - ((last - 1) % 4);
        await row(page, String(lastWarning)).waitFor();
        assertRun(await shown(page), lastWarning, 4);
    });

    test('reaches back in time at its end', async (t) => {
        const service = unique('service');
        await write(service, 1, 620);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await row(page, '620').waitFor();
        assert.equal((await shown(page)).length, 500);
        await scrolledTo(page, 1);
        await waitFor(async () => (await rows(page).first().getAttribute('aria-setsize')) === '620', 'the older ones');
        await scrolledTo(page, 1);
        await row(page, '1').waitFor();
        await page.getByText('The server looks back no further').waitFor();
        assert.equal(assertRun(await shown(page), 620), 1);
    });
});

describe('held', () => {
    const open = withBrowser();

    test('by its button: what comes waits, is counted, and is there afterwards', async (t) => {
        const service = unique('service');
        await write(service, 1, 10);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await row(page, '10').waitFor();
        await button(page, 'Pause').click();
        await state(page, 'Paused');
        await write(service, 11, 40);
        await button(page, '↑ 30 new lines').waitFor();
        assert.deepEqual(await messages(page), count(1, 10));
        await button(page, 'Resume').click();
        await row(page, '40').waitFor();
        await state(page, 'Live');
        assert.equal(assertRun(await shown(page), 40), 1);
    });

    test('by scrolling: what is read stays, and the way up leads to what came', async (t) => {
        const service = unique('service');
        await write(service, 1, 200);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await row(page, '200').waitFor();
        await scrolledTo(page, 0.5);
        await state(page, 'Reading');
        const middle = rows(page).nth(12);
        const [words, box] = [await middle.innerText(), await middle.boundingBox()];
        await write(service, 201, 260);
        await button(page, '↑ 60 new lines').waitFor();
        assert.deepEqual([await middle.innerText(), (await middle.boundingBox()).y], [words, box.y]);
        await button(page, '↑ 60 new lines').click();
        await row(page, '260').waitFor();
        await state(page, 'Live');
        await write(service, 261, 261);
        await row(page, '261').waitFor();
        assert.equal(assertRun(await shown(page), 261), 1);
    });

    test('past the ceiling: what was not kept is told, and read on from the stream', async (t) => {
        const service = unique('service');
        await write(service, 1, 100);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await row(page, '100').waitFor();
        await button(page, 'Pause').click();
        await state(page, 'Paused');
        for (let first = 101; first < 100 + CEILING + 1500; first += 2300) {
            await write(service, first, first + 2299);
        }
        const last = 100 + CEILING + 1500; // 5 · 2300
        await page.getByText('1,500 lines that came meanwhile were not kept').waitFor();
        await button(page, '↑ 10,000 new lines').waitFor();
        assert.deepEqual(await messages(page), (await messages(page)).slice().sort((a, b) => b - a));
        await row(page, '100').waitFor();

        await button(page, 'Read the next ones').click();
        await page.getByText('500 lines that came meanwhile were not kept').waitFor();
        await row(page, '1100').waitFor();
        await button(page, 'Read the next ones').click();
        await page.getByText('not kept').waitFor({ state: 'detached' });
        assert.equal(assertRun(await shown(page), 1600), 1);
        await button(page, 'Resume').click();
        await row(page, String(last)).waitFor();
        const lines = await shown(page);
        assert.equal(lines.length, CEILING);
        assertRun(lines, last);
        assert.ok(await rows(page).count() < 80, 'few of them are drawn');
    });

    test('past the ceiling, and gone on: one can go back to what was not kept', async (t) => {
        const service = unique('service');
        await write(service, 1, 50);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await row(page, '50').waitFor();
        await button(page, 'Pause').click();
        await state(page, 'Paused');
        await write(service, 51, 50 + CEILING + 700);
        await page.getByText('700 lines that came meanwhile were not kept').waitFor();
        await button(page, 'Resume').click();
        await row(page, String(50 + CEILING + 700)).waitFor();
        assertRun(await shown(page), 50 + CEILING + 700);
        await button(page, 'Go back to them').click();
        await row(page, '750').waitFor();
        await state(page, 'Paused');
        assert.equal(assertRun(await shown(page), 750), 51);
        await button(page, 'Resume').click();
        await row(page, String(50 + CEILING + 700)).waitFor();
        await page.getByText('not kept').waitFor({ state: 'detached' });
    });
});

describe('beside the tail', () => {
    const open = withBrowser();

    test('figures of the newest lines, which lead to a filter and to an error', async (t) => {
        const service = unique('service');
        await write(service, 1, 400);
        const page = await open(t, { roles: ADMIN, at: 'logs' });
        const stats = page.getByRole('complementary');
        await stats.getByText(/The newest [\d,]+ lines/).waitFor();
        const button = stats.getByRole('button', { name: /the newest error/ }).first();
        await waitFor(async () => { // until those of others are no newer when the page asks
            await writeLog({ level: 'error', service, context: 'Writer', message: 'the newest error' });
            await page.waitForResponse(/\/logs\/stats/);
            return button.isVisible();
        }, 'the newest error');
        await button.click();
        await page.getByRole('dialog').getByText('the newest error').waitFor();
        await page.keyboard.press('Escape');
        await stats.getByTitle(`Show only ${service}`).click();
        await page.waitForURL(new RegExp(`service=${service}$`));
        await stats.getByTitle('Show only warn').click();
        await page.waitForURL(/level=warn/);
        await row(page, '397').waitFor();
        assertRun(await shown(page), 397, 4);
    });

    for (const [name, take] of [['the clipboard', null], ['a selection, where there is no clipboard', () => {
        Object.defineProperty(navigator, 'clipboard', { value: undefined });
    }]]) {
        test(`lines and one line are copied by ${name}`, async (t) => {
            const service = unique('service');
            await write(service, 1, 3);
            const page = await open(t, { roles: ADMIN, permissions: ['clipboard-read', 'clipboard-write'] });
            if (take) {
                await page.addInitScript(take);
                await page.reload();
                await page.locator('main h1').waitFor();
            }
            await visit(page, `logs?service=${service}`);
            await row(page, '3').waitFor();
            const pasted = async () => { // by hand, so that both ways are seen alike
                const field = page.locator('#pasted');
                await field.focus();
                await page.keyboard.press('Control+V');
                return field.inputValue();
            };
            const place = (within) => page.evaluate((selector) => {
                document.getElementById('pasted')?.remove();
                const area = document.createElement('textarea');
                area.id = 'pasted';
                document.querySelector(selector).append(area);
            }, within);
            await button(page, 'Copy').click();
            await button(page, 'Copied ✓').waitFor();
            await place('main');
            const lines = (await pasted()).trim().split('\n');
            assert.deepEqual(lines.map((line) => line.split(' ').slice(1).filter(Boolean)), [
                ['WARN', service, '[Writer]', '1'], ['INFO', service, '[Writer]', '2'], ['DEBUG', service, '[Writer]', '3'],
            ]);
            await row(page, '2').getByRole('button').click();
            await button(page.getByRole('dialog'), 'Copy JSON').click();
            await button(page.getByRole('dialog'), 'Copied ✓').waitFor();
            await place('dialog');
            const { message, level, context } = JSON.parse(await pasted());
            assert.deepEqual({ message, level, context }, { message: '2', level: 'info', context: 'Writer' });
        });
    }

    test('all of it while the client polls by REST', async (t) => {
        const service = unique('service');
        await write(service, 1, 600);
        const page = await open(t, { roles: ADMIN, at: `logs?service=${service}` });
        await onlyRest(page);
        await row(page, '600').waitFor();
        await write(service, 601, 620);
        await row(page, '620').waitFor();
        await button(page, 'Pause').click();
        await write(service, 621, 630);
        await button(page, '↑ 10 new lines').waitFor();
        await button(page, 'Resume').click();
        await row(page, '630').waitFor();
        await scrolledTo(page, 1);
        await waitFor(async () => (await rows(page).first().getAttribute('aria-setsize')) === '630', 'the older ones');
        assert.equal(assertRun(await shown(page), 630), 1);
    });

    test('on a phone, in Spanish', async (t) => {
        const service = unique('service');
        await write(service, 1, 30);
        const page = await open(t, {
            roles: ADMIN, at: `logs?service=${service}`, locale: 'es', viewport: { width: 390, height: 800 }, hasTouch: true,
        });
        await row(page, '30').waitFor();
        await button(page, 'Pausar').tap();
        await state(page, 'En pausa');
        await write(service, 31, 32);
        await button(page, '↑ 2 líneas nuevas').tap();
        await row(page, '32').waitFor();
        await state(page, 'En vivo');
        await row(page, '32').getByRole('button').tap();
        await button(page.getByRole('dialog'), 'Copiar JSON').waitFor();
    });
});
