// Everything without a mouse: signing in, the menu, rows, dialogs; and one can always see where one is. Runs alone:
// what others write would move the pages meanwhile.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { notifyUser, publishEvent, writeLog } from '../../integration/support/sql.mjs';
import { unique } from '../../integration/support/token.mjs';
import { waitFor } from '../../integration/support/wait.mjs';
import { withBrowser } from '../support/browser.mjs';
import { PAGES, rowCount } from '../support/pages.mjs';
import { signInToken, visit } from '../support/sign_in.mjs';

/** What has the focus: its name for people, its place, and whether it is marked as having it. */
const focused = (page) => page.evaluate(() => {
    const element = document.activeElement;
    const { width, height, top, bottom, left, right } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const label = element.labels?.[0] ?? document.getElementById(element.getAttribute('aria-labelledby'));
    element.dataset.visited = (Number(element.dataset.visited) || 0) + 1;
    return {
        tag: element.tagName,
        name: (element.getAttribute('aria-label') ?? (label ?? element).textContent).trim(),
        inSight: width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
        marked: (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none',
        visited: Number(element.dataset.visited),
    };
});

/** What is fetched at first has come: the page keeps its height for a while. */
async function settled(page) {
    const heights = [];
    await waitFor(async () => {
        heights.push(await page.evaluate(() => document.documentElement.scrollHeight));
        return heights.length > 30 && new Set(heights.slice(-30)).size === 1;
    }, 'a page that keeps its height');
}

/** Tab until `stop(what has the focus)`; → all that had it. */
async function tab(page, stop, most = 60) {
    const passed = [];
    for (let i = 0; i < most; i += 1) {
        await page.keyboard.press('Tab');
        const now = await focused(page);
        passed.push(now);
        if (stop(now)) {
            return passed;
        }
    }
    const last = passed.slice(-20).map(({ tag: kind, name }) => `${kind} ${name}`.slice(0, 50));
    throw new Error(`not reached by Tab; the last of ${most}: ${last.join(', ')}`);
}

describe('the keyboard alone', () => {
    const open = withBrowser();
    const user = unique('typist');
    const service = unique('service');

    before(async () => {
        for (let i = 0; i < 200; i += 1) {
            await publishEvent({ event_type: `TYPED_${i}`, service });
        }
        await writeLog({ level: 'warn', service, context: 'Keys', message: 'typed' });
        await notifyUser(user, { action_url: '/somewhere' });
    });

    test('signs in', async (t) => {
        const page = await open(t);
        const who = signInToken({ roles: ['STUDENT'] });
        const { name } = await focused(page);
        assert.match(name, /token/i, 'the field has the focus');
        await page.keyboard.insertText(who.token);
        await page.keyboard.press('Enter');
        await page.locator('nav a').first().waitFor();
    });

    test('skips the menu', async (t) => {
        const page = await open(t, { roles: ['GENERAL_ADMIN'] });
        await page.evaluate(() => document.activeElement.blur());
        const [first] = await tab(page, () => true);
        assert.match(first.name, /skip/i);
        assert.ok(first.inSight, 'it is seen while it has the focus');
        await page.keyboard.press('Enter');
        assert.equal((await focused(page)).tag, 'MAIN');
    });

    for (const name of PAGES) {
        test(`goes to ${name} by the menu, and through all of it in sight`, async (t) => {
            const page = await open(t, { user, roles: ['GENERAL_ADMIN'] });
            await visit(page, name === 'overview' ? 'events' : 'overview');
            await page.evaluate(() => { document.activeElement.blur(); });
            const link = page.locator(`nav a[href="#/${name}"]`);
            const words = (await link.innerText()).trim();
            await tab(page, (now) => now.tag === 'A' && now.name === words);
            await page.keyboard.press('Enter');
            await page.locator(`nav a[aria-current="page"][href="#/${name}"]`).waitFor();
            await waitFor(async () => (await page.locator('main h1').count()) === 1, 'its heading');
            await settled(page);
            const passed = await tab(page, ({ tag, visited }) => tag === 'BODY' || visited > 1);
            assert.ok(passed.length > 2);
            for (const { tag, name: called, inSight, marked } of passed.slice(0, -1)) {
                assert.ok(called, `a ${tag} without a name`);
                assert.ok(inSight, `${tag} ${called} is out of sight`);
                assert.ok(marked, `${tag} ${called} is not marked as having the focus`);
            }
        });
    }

    test('goes from row to row, opens one and leaves it again', async (t) => {
        const page = await open(t, { roles: ['GENERAL_ADMIN'], at: `events?services=${service}` });
        await page.locator('.list li').first().waitFor();
        const passed = await tab(page, ({ name }) => name.includes('TYPED'));
        assert.match(passed.at(-1).name, /TYPED_199/, 'the newest');
        const at = async (key, type) => {
            await page.keyboard.press(key);
            const now = await focused(page);
            assert.match(now.name, type, key);
            assert.ok(now.inSight && now.marked, `${key}: one sees where one is`);
        };
        await at('ArrowDown', /TYPED_198(?!\d)/);
        await at('ArrowDown', /TYPED_197(?!\d)/);
        await at('ArrowUp', /TYPED_198(?!\d)/);
        await at('PageDown', /TYPED_1[78]\d(?!\d)/);
        await at('Home', /TYPED_199(?!\d)/);
        await at('ArrowUp', /TYPED_199(?!\d)/);
        await page.keyboard.press('End'); // older ones are fetched there
        await waitFor(async () => (await rowCount(page)) === 200, 'all');
        await at('End', /TYPED_0(?!\d)/);

        await page.keyboard.press('Enter');
        const dialog = page.getByRole('dialog');
        await dialog.waitFor();
        await tab(page, () => true);
        const inside = await dialog.evaluate((element) => element.contains(document.activeElement));
        assert.ok(inside, 'the focus stays inside');
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
        assert.match((await focused(page)).name, /TYPED_0(?!\d)/, 'the focus is back where it was');
        await publishEvent({ event_type: 'TYPED_LATER', service });
        await waitFor(async () => (await rowCount(page)) === 201, 'it');
        assert.match((await focused(page)).name, /TYPED_0(?!\d)/, 'and stays there when more come');

        await page.keyboard.press('Shift+Tab');
        assert.ok(!(await focused(page)).name.includes('TYPED'), 'one step leaves the list');
    });
});
