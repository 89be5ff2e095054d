// What services write is seen while it happens, on every page at once and in every tab.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call, failEvent, notifyUser, publishEvent, writeLog } from '../integration/support/sql.mjs';
import { unique } from '../integration/support/token.mjs';
import { withBrowser } from './support/browser.mjs';
import { assertBellShows, bell } from './support/pages.mjs';
import { visit } from './support/sign_in.mjs';

describe('as it happens', () => {
    const open = withBrowser();

    test('five tabs, five pages: each shows its part of what a service does', async (t) => {
        const service = unique('service');
        const tabs = { events: await open(t, { roles: ['GENERAL_ADMIN'] }) };
        const { user } = tabs.events.who;
        for (const name of ['overview', 'dead-letters', 'notifications', 'logs']) {
            tabs[name] = await tabs.events.tab();
        }
        for (const [name, page] of Object.entries(tabs)) {
            await visit(page, name);
            await page.getByRole('button', { name: /^Connection: Live/ }).waitFor();
        }
        const event_id = await publishEvent({ event_type: 'ROOM_OPENED', service, data: { room: 101 } });
        await writeLog({ level: 'warn', service, context: 'Doors', message: 'room 101 was open already' });
        await notifyUser(user, { title: 'Room 101 is open', category: 'resource' });
        await call('report_service', { service, status: 'degraded' });

        const row = (page) => page.locator('.list li').filter({ hasText: service }).first();
        await row(tabs.events).filter({ hasText: 'ROOM_OPENED' }).waitFor();
        await row(tabs.logs).filter({ hasText: 'room 101 was open already' }).waitFor();
        await tabs.notifications.getByRole('heading', { name: 'Room 101 is open' }).waitFor();
        await tabs.overview.locator('main').getByText(service).first().waitFor();
        for (const page of Object.values(tabs)) {
            await assertBellShows(page, 'Room 101 is open');
        }

        await failEvent({ event_id, error: 'the lock is broken' });
        await row(tabs.events).filter({ hasText: 'failed' }).waitFor();
        await row(tabs['dead-letters']).filter({ hasText: 'the lock is broken' }).waitFor();
        await call('report_service', { service, status: 'down' });
        await tabs.overview.locator('main li, main tr').filter({ hasText: service }).filter({ hasText: /down/i }).first()
            .waitFor();
    });

    test('two tabs: what is read, unread or deleted in one is so in the other', async (t) => {
        const one = await open(t, { roles: ['STUDENT'], at: 'notifications' });
        const { user } = one.who;
        const other = await one.tab();
        const inOther = (title) => other.locator('.notice').filter({ hasText: title });
        await visit(other, 'notifications');
        for (const title of ['the first', 'the second']) {
            await notifyUser(user, { title });
        }
        await bell(other, 2).waitFor();
        const inOne = (title) => one.locator('.notice').filter({ hasText: title });

        await inOne('the first').getByRole('button', { name: 'Mark as read' }).click();
        await bell(other, 1).waitFor();
        await inOther('the first').getByRole('button', { name: 'Mark as unread' }).waitFor();

        await inOther('the second').getByRole('button', { name: 'Delete' }).click();
        await inOne('the second').waitFor({ state: 'detached' });
        await bell(one, 0).waitFor();
        await bell(other, 0).waitFor();

        // the bell alone, on another page
        await visit(other, 'notifications?unread=only');
        await notifyUser(user, { title: 'the third' });
        await bell(one, 1).click();
        const panel = one.getByRole('group', { name: 'Notifications' });
        await panel.getByRole('button', { name: 'Mark all as read' }).click();
        await inOther('the third').waitFor({ state: 'detached' });
        assert.equal(await inOne('the first').count(), 1);
    });

    test('somebody else’s notifications are nobody’s business', async (t) => {
        const page = await open(t, { roles: ['STUDENT'], at: 'notifications' });
        await notifyUser(unique('other'), { title: 'not for you' });
        await notifyUser(page.who.user, { title: 'for you' });
        await page.getByRole('heading', { name: 'for you', exact: true }).waitFor();
        assert.equal(await page.getByText('not for you').count(), 0);
    });
});
