// Parts of the stack end while somebody is looking: the connection badge says what is the case, and when it is over
// everything that happened meanwhile is on the page, once. Disturbs everybody else, so this file runs alone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endPart, startPart } from '../../integration/support/parts.mjs';
import { notifyUser, publishEvent, sql } from '../../integration/support/sql.mjs';
import { stack } from '../../integration/support/stack.mjs';
import { unique } from '../../integration/support/token.mjs';
import { waitFor } from '../../integration/support/wait.mjs';
import { withBrowser } from '../support/browser.mjs';
import { assertBellShows, badgeSays, badgeText } from '../support/pages.mjs';

const AWAY = [/socket\.io/, /\/api\/v1\//];
const PATIENCE_MS = 90000; // a better transport is looked for after 2 s, 4 s, … a minute
const TALL = { width: 1200, height: 3600 }; // so that every row is drawn

/** Somebody on the page of events, looking at those of one service. publish() → publishes the next one. */
async function watching(t, open) {
    const service = unique('service');
    const page = await open(t, { roles: ['GENERAL_ADMIN'], at: `events?services=${service}`, viewport: TALL });
    page.allow(...AWAY);
    await badgeSays(page, /WebSocket/);
    const published = [];
    const publish = async () => {
        const event_type = `WATCHED_${String(published.length).padStart(3, '0')}`;
        await publishEvent({ event_type, service });
        published.push(event_type);
    };
    const shown = async () => (await page.locator('.list li').allInnerTexts())
        .map((text) => /WATCHED_\d+/.exec(text)?.[0]).filter(Boolean);
    /** Each one, once, the newest first. */
    const assertAllShown = async (deadline) => {
        await waitFor(async () => (await shown()).length >= published.length, 'the rows', deadline);
        assert.deepEqual(await shown(), [...published].reverse());
    };
    return { page, publish, assertAllShown };
}

describe('looking on while', () => {
    const open = withBrowser();

    test('pushd is killed: REST polling, then a WebSocket again, and nothing is missing', async (t) => {
        const { page, publish, assertAllShown } = await watching(t, open);
        await publish();
        await assertAllShown();

        await endPart('pushd', 'SIGKILL');
        try {
            await publish();
            await badgeSays(page, /REST polling/, PATIENCE_MS);
            await publish();
            await assertAllShown();
            await notifyUser(page.who.user, { title: 'by REST polling' });
            await assertBellShows(page, 'by REST polling');
        } finally {
            await startPart('pushd');
        }
        while (!(await badgeText(page)).includes('WebSocket')) { // it goes back between events
            await publish();
            await assertAllShown(PATIENCE_MS);
        }
        await publish();
        await assertAllShown();

        await page.getByRole('button', { name: /^Connection: / }).click();
        const panel = page.getByRole('group', { name: 'Connection' });
        await panel.getByText('None', { exact: true }).waitFor();
        await panel.getByText(/^Resumed/).waitFor();
    });

    test('PostgreSQL is away: the badge says so, and what comes after is there', async (t) => {
        const { page, publish, assertAllShown } = await watching(t, open);
        await publish();
        await assertAllShown();
        await endPart('postgres', 'SIGKILL');
        try {
            await badgeSays(page, /Database away/);
        } finally {
            await startPart('postgres');
        }
        await waitFor(() => sql('select 1'), 'PostgreSQL');
        await publish();
        await badgeSays(page, /Live/, PATIENCE_MS);
        await assertAllShown();
    });

    test('the front server is away: offline, and back by itself', async (t) => {
        const { page, publish, assertAllShown } = await watching(t, open);
        await publish();
        await assertAllShown();
        await endPart(stack.front, 'SIGTERM');
        try {
            await publish();
            await badgeSays(page, /Offline/, PATIENCE_MS);
        } finally {
            await startPart(stack.front);
        }
        await badgeSays(page, /Live/, PATIENCE_MS);
        await publish();
        await assertAllShown();
    });
});
