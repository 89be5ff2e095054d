// The client in a page and in React that apache/README.md shows, exactly as it stands there, in Chromium.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { documented } from '../integration/support/documented.mjs';
import { rest } from '../integration/support/http.mjs';
import { suiteScope } from '../integration/support/scope.mjs';
import { notifyUser } from '../integration/support/sql.mjs';
import { stack } from '../integration/support/stack.mjs';
import { token, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { install, serveExample } from './support/react_example.mjs';

describe('ten lines', () => {
    const open = withBrowser();
    const scope = suiteScope();
    const shown = documented('apache/README.md', 'The client', 'jsx');
    let address;
    before(async () => {
        await install();
        address = await serveExample(scope, {
            'App.tsx': `${shown.replace("'./bookly-react.js'", "'../../../htdocs/bookly-react.js'")}
                export const App = () => <Bell url={${JSON.stringify(stack.url)}} token={location.hash.slice(1)} />;`,
        });
    });

    test('in a page', async (t) => {
        const user = unique('user');
        const page = await open(t, { bypassCSP: true }); // its script is in the text
        await page.route('**/my/token', (route) => route.fulfill({ body: token(user) }));
        await notifyUser(user, { title: 'the first' });
        await page.setContent(documented('apache/README.md', 'The client', 'html'));
        await page.getByText('the first').waitFor();
        await notifyUser(user, { title: 'the second' });
        await page.getByText('the second').waitFor();
        await waitFor(async () => (await page.title()) === '(2) My application', 'the title');
        assert.equal(await page.locator('#inbox').innerText(), 'the second\nthe first');
    });

    test('in React', async (t) => {
        const user = unique('admin');
        const page = await open(t);
        page.allow(/^a request to another host: http:\/\/127\.0\.0\.1:/); // the page is of another origin
        await page.goto(`${address}#${token(user, ['GENERAL_ADMIN'])}`);
        const id = await notifyUser(user, { title: 'to be read' });
        await page.getByText(/^\d+ unread, [\d.]+ events a second, \d+ dead letters$/).waitFor();
        await page.getByRole('button', { name: 'to be read' }).click();
        await waitFor(async () => (await rest('GET', `/notifications/${id}`, { token: token(user) })).json.read, 'it to be read');
        assert.equal(await page.locator('section').getAttribute('title'), 'connected');
    });
});
