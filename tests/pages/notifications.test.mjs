// The bell and the inbox: what comes, what is done with it, here, in another tab and on another device.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adminCaller, caller } from '../integration/support/rest.mjs';
import { notifyUser } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { onlyRest } from './support/pages.mjs';

const STUDENT = ['STUDENT'];
const bell = (page) => page.locator('button.bell');
const says = (page, count) => page.getByRole('button', { name: `Notifications, ${count || 'none'} unread` }).waitFor();
/** Its page is subscribed: what comes from now on is said, what came before was there. */
const hears = (user) => waitFor(async () => {
    const { json } = await adminCaller().get('/connections');
    return json.some(({ userId, channels }) => userId === user && channels.includes('notifications'));
}, `the subscription of ${user}`);
const panel = (page) => page.getByRole('group', { name: 'Notifications', exact: true });
const notices = (page) => page.locator('.notice');
const notice = (page, title) => notices(page).filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const titles = (page) => page.locator('.notice h2').allTextContents(); // those out of sight, too
const shows = (page, expected) => waitFor(async () => {
    assert.deepEqual(await titles(page), expected);
    return true;
}, `the titles ${expected}`);
const button = (where, name) => where.getByRole('button', { name, exact: true });

/** Somebody with notifications of these titles, the last one the newest. */
async function somebody(given, values = {}) {
    const user = unique('reader');
    const ids = {};
    for (const title of given) {
        ids[title] = await notifyUser(user, { title, ...values });
    }
    return { user, ids };
}

describe('the bell', () => {
    const open = withBrowser();

    test('counts in the badge, in words and in the title, and shows the newest', async (t) => {
        const { user } = await somebody(['a', 'b', 'c', 'd', 'e', 'f']);
        const page = await open(t, { user, roles: STUDENT });
        await says(page, 6);
        assert.equal(await page.locator('.bell-count').innerText(), '6');
        assert.match(await page.title(), /^\(6\) .+/);

        await bell(page).click();
        assert.deepEqual(await panel(page).locator('li strong').allInnerTexts(), ['f', 'e', 'd', 'c', 'b']);
        await button(panel(page).locator('li').first(), 'Mark as read').click();
        await says(page, 5);
        await button(panel(page), 'Mark all as read').click();
        await says(page, 0);
        assert.equal(await page.locator('.bell-count').count(), 0);
        assert.match(await page.title(), /^Notifications/);

        await panel(page).getByRole('link', { name: 'See all' }).click();
        await page.locator('h1', { hasText: 'Notifications' }).waitFor();
        await panel(page).waitFor({ state: 'hidden' });
    });

    test('says what comes without taking the focus, on every page', async (t) => {
        const { user } = await somebody([]);
        const page = await open(t, { user, roles: ['PROGRAM_ADMIN'], at: 'events' });
        await says(page, 0);
        await hears(user);
        await page.locator('nav a').first().focus();
        await notifyUser(user, { title: 'a room is free', type: 'success' });
        await page.locator('[role="status"]', { hasText: 'New notification' }).getByText('a room is free').waitFor();
        await says(page, 1);
        assert.ok(await page.locator('nav a').first().evaluate((link) => link === document.activeElement));
        await notifyUser(user, { title: 'another one' });
        await page.locator('[role="status"]', { hasText: '2 new notifications' }).waitFor();
        assert.match(await page.title(), /^\(2\) /);
    });

    test('what was there before is not said', async (t) => {
        const { user } = await somebody(['a chair']);
        const page = await open(t, { user, roles: STUDENT });
        await says(page, 1);
        await hears(user);
        await notifyUser(user, { title: 'a table' });
        const said = page.locator('[role="status"]', { hasText: 'New notification' });
        await said.getByText('a table').waitFor({ state: 'attached' });
        assert.equal(await said.getByText('a chair').count(), 0);
    });

    test('follows a path of this site and https, in their own ways, and marks as read', async (t) => {
        const user = unique('reader');
        await notifyUser(user, { title: 'here', action_url: '/#/notifications?type=error' });
        await notifyUser(user, { title: 'there', action_url: 'https://example.org/rooms?id=7' });
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const link = (title) => notice(page, title).getByRole('link');
        await link('there').waitFor();
        assert.deepEqual(await link('there').evaluate(({ href, target, rel }) => [href, target, rel]),
            ['https://example.org/rooms?id=7', '_blank', 'noopener noreferrer']);
        await link('here').click();
        await page.waitForURL(/type=error$/);
        await says(page, 1);
    });

    const ADDRESSES = {
        followed: ['/', '/rooms/1?at=x#y', '/%2F/example.org', 'https://example.org', 'HTTPS://example.org/x'],
        refused: [
            '//example.org', '/\\example.org', '/\t/example.org', '\n//example.org', '\\\\example.org', 'http://example.org',
            'javascript:alert(1)', ' javascript:alert(1)', 'data:text/html,x', 'rooms', '', 'https:', null, 7,
        ],
    };
    test('nothing else is a link', async (t) => {
        const page = await open(t, { roles: STUDENT });
        const answers = await page.evaluate(async (all) => {
            const { safeAddress } = await import('/app/pages/notifications_parts.js');
            return all.map((address) => [address, safeAddress(address)]);
        }, [...ADDRESSES.followed, ...ADDRESSES.refused]);
        assert.deepEqual(answers, [
            ...ADDRESSES.followed.map((address) => [address, address]),
            ...ADDRESSES.refused.map((address) => [address, null]),
        ]);
    });
});

describe('the inbox', () => {
    const open = withBrowser();

    test('shows type and category in words, what is unread, and a long message in two steps', async (t) => {
        const { user } = await somebody(['long one'], {
            type: 'action_required', category: 'reservation', message: 'word '.repeat(300), data: { eventId: 'e-1' },
        });
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const item = notice(page, 'long one');
        await item.getByText('Action required').waitFor();
        await item.getByText('Reservations', { exact: true }).waitFor();
        await item.getByText('Unread', { exact: true }).waitFor();
        const height = async () => (await item.boundingBox()).height;
        const before = await height();
        await button(item, 'Show all').click();
        await item.getByText('"eventId": "e-1"').waitFor();
        assert.ok(await height() > before + 100);
        await button(item, 'Show less').click();
        assert.equal(await height(), before);
    });

    test('is filtered by type, category and unread only; the address has it', async (t) => {
        const { user, ids } = await somebody(['one']);
        await notifyUser(user, { title: 'two', type: 'error', category: 'limit' });
        await notifyUser(user, { title: 'three', type: 'error', category: 'system' });
        await caller(STUDENT, user).post(`/notifications/${ids.one}/read`);
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        await shows(page, ['three', 'two', 'one']);
        await page.getByLabel('Type').selectOption('Error');
        await shows(page, ['three', 'two']);
        await page.getByLabel('Category').selectOption('Limits');
        await shows(page, ['two']);
        assert.match(page.url(), /#\/notifications\?type=error&category=limit$/);
        await notifyUser(user, { title: 'four', type: 'error', category: 'limit' });
        await notifyUser(user, { title: 'five', type: 'info', category: 'limit' });
        await says(page, 4);
        await shows(page, ['four', 'two']);
        await page.reload();
        await shows(page, ['four', 'two']);
        await button(page, 'Clear the filters').click();
        await shows(page, ['five', 'four', 'three', 'two', 'one']);
        await page.getByLabel('Unread only').check();
        await shows(page, ['five', 'four', 'three', 'two']);
        await button(notice(page, 'three'), 'Mark as read').click();
        await shows(page, ['five', 'four', 'two']);
        await says(page, 3);
    });

    test('reaches back page by page, while more come', async (t) => {
        const user = unique('reader');
        const all = Array.from({ length: 75 }, (_, index) => `number ${75 - index}`);
        for (const title of [...all].reverse()) {
            await notifyUser(user, { title });
        }
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        await shows(page, all.slice(0, 50));
        await notifyUser(user, { title: 'number 76' });
        await shows(page, ['number 76', ...all.slice(0, 50)]);
        await button(page, 'Show older ones').click();
        await shows(page, ['number 76', ...all]);
        assert.equal(await button(page, 'Show older ones').count(), 0);
    });

    test('what another tab and another device do shows at once', async (t) => {
        const { user } = await somebody(['a', 'b', 'c', 'd']);
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const tab = await page.tab();
        await page.bringToFront(); // a tab behind draws once a second
        const device = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const others = [tab, device];
        for (const other of [page, ...others]) {
            await shows(other, ['d', 'c', 'b', 'a']);
            await says(other, 4);
        }
        await button(notice(page, 'a'), 'Mark as read').click();
        for (const other of [page, ...others]) {
            await button(notice(other, 'a'), 'Mark as unread').waitFor();
            await says(other, 3);
        }
        await button(notice(page, 'b'), 'Delete').click();
        for (const other of [page, ...others]) {
            await shows(other, ['d', 'c', 'a']);
            await says(other, 2);
        }
        await button(page, 'Mark all as read').click();
        for (const other of [page, ...others]) {
            await says(other, 0);
            await waitFor(async () => (await button(notices(other), 'Mark as unread').count()) === 3, 'all read');
        }
        await button(page, 'Delete all').click();
        await button(page.getByRole('dialog'), 'Cancel').click();
        await shows(page, ['d', 'c', 'a']);
        await button(page, 'Delete all').click();
        await button(page.getByRole('dialog'), 'Delete all').click();
        for (const other of [page, ...others]) {
            await shows(other, []);
            await other.getByText('You have no notifications.').first().waitFor();
        }
    });

    test('what is not pushed: another tab is told, another device sees it with the next push or when it is looked at', async (t) => {
        const { user, ids } = await somebody(['a', 'b']);
        await caller(STUDENT, user).post('/notifications/read-all');
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const tab = await page.tab();
        await page.bringToFront(); // a tab behind draws once a second
        const device = await open(t, { user, roles: STUDENT, at: 'notifications' });
        for (const other of [page, tab, device]) {
            await button(notice(other, 'a'), 'Mark as unread').waitFor();
            await says(other, 0);
        }
        await button(notice(page, 'a'), 'Mark as unread').click();
        for (const other of [page, tab]) {
            await button(notice(other, 'a'), 'Mark as read').waitFor();
            await says(other, 1);
        }
        await notifyUser(user, { title: 'c' });
        await says(device, 2);
        await button(notice(device, 'a'), 'Mark as read').waitFor();

        await caller(STUDENT, user).post(`/notifications/${ids.b}/unread`);
        await waitFor(async () => { // it looks at most every two seconds
            await device.evaluate(() => dispatchEvent(new Event('focus')));
            return button(notice(device, 'b'), 'Mark as read').isVisible();
        }, 'unread again');
        await says(device, 3);
    });

    test('a muted category neither shows nor comes, in every tab, until it is not muted any more', async (t) => {
        const { user } = await somebody(['system']);
        await notifyUser(user, { title: 'limit', category: 'limit' });
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        const tab = await page.tab();
        await shows(page, ['limit', 'system']);
        await page.getByRole('checkbox', { name: 'Limits' }).check();
        for (const each of [page, tab]) {
            await shows(each, ['system']);
            await says(each, 1);
            await waitFor(() => each.getByRole('checkbox', { name: 'Limits' }).isChecked(), 'the choice');
        }
        await notifyUser(user, { title: 'not heard', category: 'limit' });
        await notifyUser(user, { title: 'heard' });
        await shows(page, ['heard', 'system']);
        await tab.getByRole('checkbox', { name: 'Limits' }).uncheck();
        for (const each of [page, tab]) {
            await shows(each, ['heard', 'limit', 'system']);
            await says(each, 3);
        }
    });

    test('what the server refuses is undone, and said in words', async (t) => {
        const { user } = await somebody(['a']);
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        page.allow(/\/notifications\/[^ ]*/);
        await says(page, 1);
        const refuse = (route) => route.fulfill({ status: 503, contentType: 'application/problem+json',
            body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'later', message: 'later' }) });
        await page.route(/\/notifications\/[-0-9a-f]{36}/, refuse);
        for (const name of ['Mark as read', 'Delete']) {
            const action = page.locator('.action', { has: button(page, name) });
            await button(action, name).click();
            await action.getByRole('alert').waitFor();
            await button(notice(page, 'a'), 'Mark as read').waitFor();
            await says(page, 1);
        }
        await page.unroute(/\/notifications\/[-0-9a-f]{36}/);
        await button(notice(page, 'a'), 'Mark as read').click();
        await says(page, 0);
        assert.equal(await notice(page, 'a').getByRole('alert').count(), 1, 'only that of the other button');
    });

    test('by keyboard: the next one gets the focus when one is deleted', async (t) => {
        const { user } = await somebody(['a', 'b', 'c']);
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        await button(notice(page, 'b'), 'Delete').focus();
        await page.keyboard.press('Enter');
        await shows(page, ['c', 'a']);
        await waitFor(() => notice(page, 'a').evaluate((item) => item === document.activeElement), 'the focus');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await says(page, 1);
    });

    test('all of it while the client polls by REST', async (t) => {
        const { user, ids } = await somebody(['a', 'b']);
        const page = await open(t, { user, roles: STUDENT, at: 'notifications' });
        await onlyRest(page);
        await shows(page, ['b', 'a']);
        await notifyUser(user, { title: 'c' });
        await shows(page, ['c', 'b', 'a']);
        await says(page, 3);
        await button(notice(page, 'c'), 'Mark as read').click();
        await says(page, 2);
        await caller(STUDENT, user).post(`/notifications/${ids.b}/read`);
        await says(page, 1);
        await button(notice(page, 'b'), 'Mark as unread').waitFor();
        await caller(STUDENT, user).remove(`/notifications/${ids.a}`);
        await shows(page, ['c', 'b']);
    });

    test('on a phone, in Spanish', async (t) => {
        const { user } = await somebody(['a'], { type: 'warning' });
        const page = await open(t, {
            user, roles: STUDENT, at: 'notifications', locale: 'es', viewport: { width: 390, height: 800 }, hasTouch: true,
        });
        await page.getByRole('button', { name: 'Avisos, 1 sin leer' }).tap();
        const group = page.getByRole('group', { name: 'Avisos', exact: true });
        await group.getByText('Advertencia').waitFor();
        await group.getByRole('button', { name: 'Marcar como leído', exact: true }).tap();
        await page.getByRole('button', { name: 'Avisos, ninguno sin leer' }).waitFor();
    });
});
