// What would fail a test of these pages is seen: each of these is done in a page, and must be complained about.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { waitFor } from '../integration/support/wait.mjs';
import { assertAccessible } from './support/axe.mjs';
import { withBrowser } from './support/browser.mjs';

const VICES = {
    'an error on the console': [() => console.error('a test'), /^a test/],
    'an exception': [() => { setTimeout(() => { throw new Error('thrown by a test'); }); }, /thrown by a test/],
    'a promise that nobody caught': [() => { Promise.reject(new Error('rejected by a test')); }, /rejected by a test/],
    'another host': [() => fetch('http://127.0.0.2:9/').catch(() => {}), /127\.0\.0\.2:9/],
    'a socket to another host': [() => {
        try {
            new WebSocket('ws://127.0.0.2:9/');
        } catch { /* refused by the policy */ }
    }, /127\.0\.0\.2:9/],
    'an inline script': [() => {
        const script = document.createElement('script');
        script.textContent = 'window.inline = true';
        document.body.append(script);
    }, /Content Security Policy/],
    'an inline style': [() => { document.body.insertAdjacentHTML('beforeend', '<p style="color: red">x</p>'); },
        /Content Security Policy/],
    'a handler in an attribute': [() => {
        const button = document.createElement('button');
        button.setAttribute('onclick', 'window.inline = true');
        document.body.append(button);
        button.click();
    }, /Content Security Policy/],
    'a token in an address': [() => fetch('/?token=eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.').catch(() => {}),
        /a token in an address/],
    'a file that is not there': [() => fetch('/app/no.js').then(() => {}), /404 for .*\/app\/no\.js/],
};

describe('complaints', () => {
    const open = withBrowser();

    for (const [name, [vice, pattern]] of Object.entries(VICES)) {
        test(`${name} is seen`, async (t) => {
            const page = await open(t);
            assert.deepEqual(page.complaints, [], 'the page by itself has none');
            await page.evaluate(vice);
            await waitFor(() => page.complaints.some((text) => pattern.test(text)), `a complaint about ${name}`);
            assert.notEqual(await page.evaluate(() => window.inline), true);
            page.allow(/./);
        });
    }

    test('axe sees a button without a name, and words that cannot be read', async (t) => {
        const page = await open(t);
        await page.locator('main').waitFor();
        await page.evaluate(() => {
            const button = document.createElement('button');
            document.querySelector('main').append(button);
        });
        await assert.rejects(() => assertAccessible(page), /button-name/);
        await page.evaluate(() => {
            document.querySelector('main button:last-child').remove();
            const words = document.createElement('p');
            Object.assign(words.style, { color: '#bbb', background: '#ccc' });
            words.textContent = 'words';
            document.querySelector('main').append(words);
        });
        await assert.rejects(() => assertAccessible(page), /color-contrast/);
    });
});
