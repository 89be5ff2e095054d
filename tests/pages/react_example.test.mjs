// apache/examples/react in Chromium: the hook of the project's description, unmodified, beside useBookly. Only the
// address that the hook names is another one here, the stack's: Vite puts it there (support/react_example.mjs).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { rest } from '../integration/support/http.mjs';
import { suiteScope } from '../integration/support/scope.mjs';
import { failEvent, notifyUser, publishEvent, writeLog } from '../integration/support/sql.mjs';
import { admin, token, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { compile, EXAMPLE, install, serveExample } from './support/react_example.mjs';

// of src/useWebSocket.ts: the code block of the description, to the letter
const DESCRIBED = 'b5b79e7c3e0700fad80c0f052f5e3f909ab86bef8842028d023f5bf9621055a3';

describe('the React example', () => {
    const open = withBrowser();
    const scope = suiteScope();
    let address;
    before(async () => {
        await install();
        address = await serveExample(scope);
    });

    /** The page with somebody connected: {page, user, seed, bookly (its two halves), connect(token)}. */
    async function connected(t, { user = unique('admin'), roles = ['GENERAL_ADMIN'], prepare = () => {} } = {}) {
        const page = await open(t);
        page.allow(/^a request to another host: http:\/\/127\.0\.0\.1:/); // the page is of another origin
        await prepare(page);
        await page.goto(address);
        const connect = async (bearer) => {
            await page.getByLabel('Token').fill(bearer);
            await page.getByRole('button', { name: 'Connect', exact: true }).click();
        };
        await connect(token(user, roles));
        const [seed, bookly] = ['useWebSocket', 'useBookly'].map((name) => page.getByRole('region', { name }));
        return { page, user, seed, bookly, connect };
    }

    const connectionsOf = async (user) =>
        (await rest('GET', '/connections', { token: admin() })).json.filter(({ userId }) => userId === user);

    test('both hooks show the metrics, the dead letters and a notification, live', async (t) => {
        const { page, user, seed, bookly } = await connected(t);
        page.allow(/\[SYSTEM ERROR\]/);
        await bookly.getByText('connected websocket').waitFor();
        for (const half of [seed, bookly]) {
            await half.locator('.events').filter({ hasText: /^\d+$/ }).waitFor();
            await half.locator('.pending').filter({ hasText: /^\d+$/ }).waitFor();
        }
        const pending = async (half) => Number(await half.locator('.pending').innerText());
        const had = await pending(bookly);
        await failEvent({ event_id: await publishEvent({ event_type: 'test.dead', service: unique('service') }), error: 'broken' });
        const title = unique('title');
        await notifyUser(user, { title });
        for (const half of [seed, bookly]) {
            await half.getByText(title).waitFor();
            await waitFor(async () => await pending(half) > had, 'one more dead letter');
        }
        const message = unique('error');
        await writeLog({ level: 'error', service: 'test', context: 'React', message });
        await waitFor(() => page.complaints.some((text) => text.includes('[SYSTEM ERROR]')), 'the hook\'s console.error');
    });

    test('useBookly: the inbox of before, its badge, and what is read elsewhere', async (t) => {
        const user = unique('user');
        const [first, second] = [await notifyUser(user, { title: 'the first' }), await notifyUser(user, { title: 'the second' })];
        const { bookly } = await connected(t, { user, roles: [] }); // nothing to a role is in it
        const unread = (count) => bookly.getByText(`Unread: ${count}`).waitFor();
        await unread(2);
        assert.deepEqual(await bookly.locator('li').allInnerTexts().then((texts) => texts.map((text) => /the \w+/.exec(text)[0])),
            ['the second', 'the first']);
        await bookly.locator('li', { hasText: 'the second' }).getByRole('button', { name: 'Read' }).click();
        await unread(1);
        await rest('POST', `/notifications/${first}/read`, { token: token(user) });
        await unread(0);
        await rest('DELETE', `/notifications/${second}`, { token: token(user) });
        await bookly.getByText('the second').waitFor({ state: 'detached' });
    });

    test('other channels and the next token go over the connection that is there', async (t) => {
        const { page, user, bookly, connect } = await connected(t);
        page.allow(/\[SYSTEM ERROR\]/);
        await bookly.getByText('connected websocket').waitFor();
        const before = await waitFor(async () => {
            const all = await connectionsOf(user); // StrictMode has closed the first of each hook
            const channels = all.map((each) => each.channels.length).sort().join();
            return channels === '3,4' && all;
        }, 'two connections');
        await bookly.getByLabel('Errors in the logs').check();
        const logging = await waitFor(async () => (await connectionsOf(user)).find(({ sid, channels }) =>
            channels.length === 4 && before.find((each) => each.sid === sid).channels.length === 3), 'its channels');
        const message = unique('error');
        await writeLog({ level: 'error', service: 'test', context: 'React', message });
        await bookly.getByText(message).waitFor();
        await bookly.getByLabel('Errors in the logs').uncheck();
        const its = async () => (await connectionsOf(user)).find(({ sid }) => sid === logging.sid);
        await waitFor(async () => (await its()).channels.length === 3, 'the channels of before');

        await connect(token(user, ['GENERAL_ADMIN'], { jti: unique('next') }));
        await waitFor(async () => (await connectionsOf(user)).some(({ sid }) => !before.some((each) => each.sid === sid)),
            'the other hook on a new connection');
        assert.ok(await its(), 'useBookly stays');
        const title = unique('title');
        await notifyUser(user, { title });
        await bookly.getByText(title).waitFor();
    });

    test('where sockets do not pass it goes on by REST polling, and comes back', async (t) => {
        const blocked = /\/socket\.io\/|\/api\/v1\/sse/;
        const { page, user, bookly } = await connected(t, { prepare: (page) => page.context().route(blocked, (route) => route.abort()) });
        page.allow(/ERR_FAILED/);
        await bookly.getByText('connected rest').waitFor();
        await bookly.locator('.events').filter({ hasText: /^\d+$/ }).waitFor();
        const title = unique('title');
        await notifyUser(user, { title });
        await bookly.getByText(title).waitFor();
        await page.context().unroute(blocked);
        await bookly.getByText('connected websocket').waitFor({ timeout: 90000 });
        assert.equal(await bookly.getByText(title).count(), 1);
    });

    test('unmounted, both leave; another user is another connection', async (t) => {
        const { page, user, bookly, connect } = await connected(t);
        await waitFor(async () => (await connectionsOf(user)).length === 2, 'two connections');
        const other = unique('admin');
        await connect(token(other, ['GENERAL_ADMIN']));
        await waitFor(async () => (await connectionsOf(user)).length === 0, 'the first user to leave');
        const title = unique('title');
        await notifyUser(other, { title });
        await bookly.getByText(title).waitFor();
        await page.getByRole('button', { name: 'Disconnect' }).click();
        await waitFor(async () => (await connectionsOf(other)).length === 0, 'the other one to leave');
    });

    test('a token that is refused is said in words', async (t) => {
        const { bookly, connect, page } = await connected(t);
        page.allow(/status of 40[01]/); // and of what is left of its sessions
        await connect(token(unique('admin'), ['GENERAL_ADMIN'], { temp: true }));
        await bookly.getByText('refused').waitFor();
        assert.ok((await bookly.locator('strong').innerText()).length > 3);
    });

    test('the hook is that of the description, and the types are right', async () => {
        const text = readFileSync(join(EXAMPLE, 'src/useWebSocket.ts'));
        assert.equal(createHash('sha256').update(text).digest('hex'), DESCRIBED);
        await compile();
    });
});
