// Who signs in by a link sees the pages that the roles allow, and the token is gone from the address.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ROLES, mayRead } from '../integration/support/facts.mjs';
import { stack } from '../integration/support/stack.mjs';
import { withBrowser } from './support/browser.mjs';
import { visit } from './support/sign_in.mjs';

const CHANNELS = {
    'overview': 'dashboard', 'events': 'events', 'dead-letters': 'dlq', 'notifications': 'notifications',
    'logs': 'logs',
};

describe('signed in by a link', () => {
    const open = withBrowser();

    for (const role of ROLES) {
        test(`${role} sees its pages in the menu, and no other`, async (t) => {
            const page = await open(t, { roles: [role] });
            const pages = Object.keys(CHANNELS).filter((name) => mayRead(CHANNELS[name], [role]));
            const links = await page.locator('nav a').evaluateAll((all) => all.map((link) => link.hash.slice(2)));
            assert.deepEqual(links, pages);
            for (const name of pages) {
                await visit(page, name);
                assert.match(await page.title(), /.+ · Bookly Realtime$/);
            }
            assert.ok(!page.url().includes('eyJ'), page.url());
        });
    }

    test('the token is gone from the address and the history, and outlives a reload', async (t) => {
        const page = await open(t, { roles: ['STUDENT'] });
        const addresses = () => page.evaluate(() => [location.href, document.URL, history.length]);
        const [href, url, length] = await addresses();
        assert.equal(href, url);
        assert.ok(href.startsWith(stack.url) && !href.includes('token'), href);
        assert.equal(length, 2, 'about:blank and the page'); // the link's own place was replaced
        await page.reload();
        await page.locator('nav a').first().waitFor();
        assert.ok(!page.url().includes('token'), page.url());
        await page.goBack();
        assert.ok(!page.url().includes('token'), page.url());
    });
});
