// A token that ends: renewed without losing anything, revoked, expired, or never any good.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { adminCaller } from '../integration/support/rest.mjs';
import { publishEvent } from '../integration/support/sql.mjs';
import { claimsOf, now, signToken, unique } from '../integration/support/token.mjs';
import { waitFor } from '../integration/support/wait.mjs';
import { withBrowser } from './support/browser.mjs';
import { badgeSays } from './support/pages.mjs';
import { signInLink, signInToken } from './support/sign_in.mjs';

const ROLES = ['GENERAL_ADMIN'];
const REFUSALS = [/401 \(Unauthorized\)/, /socket\.io/];
const ending = (user, seconds) => signToken(claimsOf(user, ROLES, { exp: now() + seconds }));
const field = (page) => page.getByRole('textbox', { name: /token/i });
const kept = (page) => page.evaluate(() => JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage }));

/** Asked for a token, told why, and nothing of the old one is left. */
async function assertSignedOut(page, why) {
    await page.locator('nav').waitFor({ state: 'detached' });
    await field(page).waitFor();
    await page.getByRole('alert').filter({ hasText: why }).waitFor();
    assert.ok(!(await kept(page)).includes('eyJ'), 'the tab keeps no token');
    assert.ok(!page.url().includes('eyJ'));
}

async function pasteToken(page, token, button) {
    await field(page).fill(token);
    await page.getByRole('button', { name: button, exact: true }).click();
}

describe('a token that ends', () => {
    const open = withBrowser();

    test('soon: one is asked for another, and the connection stays', async (t) => {
        const user = unique('user');
        const service = unique('service');
        const page = await open(t, { user, token: ending(user, 40), at: `events?services=${service}` });
        const dialog = page.getByRole('dialog', { name: 'The session ends soon' });
        await dialog.waitFor();
        await publishEvent({ event_type: 'BEFORE', service });
        await pasteToken(page, signToken(claimsOf(user, ROLES)), 'Go on');
        await dialog.waitFor({ state: 'detached' });
        await publishEvent({ event_type: 'AFTER', service });
        await waitFor(async () => (await page.locator('.list li').allInnerTexts())
            .map((text) => /BEFORE|AFTER/.exec(text)[0]).join() === 'AFTER,BEFORE', 'both events');
        await badgeSays(page, /WebSocket/);
        await page.reload(); // the new one is kept
        await page.locator('nav a').first().waitFor();
    });

    test('while nobody looks: it says so, and with another one it goes on where it was', async (t) => {
        const user = unique('user');
        const service = unique('service');
        const page = await open(t, { user, token: ending(user, 5), at: `events?services=${service}` });
        page.allow(...REFUSALS);
        await page.getByRole('dialog', { name: 'The session has ended' }).waitFor({ timeout: 60000 });
        await publishEvent({ event_type: 'MEANWHILE', service });
        await page.keyboard.press('Escape'); // it can't be waved away
        await pasteToken(page, signToken(claimsOf(user, ROLES)), 'Go on');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await badgeSays(page, /WebSocket/);
        await page.locator('.list li').filter({ hasText: 'MEANWHILE' }).waitFor();
        assert.equal(await page.locator('.list li').count(), 1);
    });

    test('by revocation: all tabs are signed out, and a new token comes in again', async (t) => {
        const page = await open(t, { roles: ROLES, at: 'overview' });
        const other = await page.tab();
        page.allow(...REFUSALS);
        await badgeSays(page, /WebSocket/);
        await badgeSays(other, /WebSocket/);
        assert.equal((await adminCaller().post('/auth/revoke', { userId: page.who.user })).status, 200);
        for (const each of [page, other]) {
            await assertSignedOut(each, /revoked by an administrator/);
        }
        const later = signToken(claimsOf(page.who.user, ROLES, { iat: now() + 1 })); // iat counts whole seconds
        await pasteToken(page, later, 'Sign in');
        await page.locator('nav a').first().waitFor();
        await badgeSays(page, /WebSocket/);
    });

    test('by signing out: the connection goes, and the tab forgets', async (t) => {
        const page = await open(t, { roles: ROLES });
        await badgeSays(page, /WebSocket/);
        const admin = adminCaller();
        const connections = async () => (await admin.get('/connections')).json
            .filter(({ userId }) => userId === page.who.user).length;
        await waitFor(async () => (await connections()) === 1, 'its connection');
        await page.getByRole('button', { name: /^Account of / }).click();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await field(page).waitFor();
        assert.ok(!(await kept(page)).includes('eyJ'));
        await waitFor(async () => (await connections()) === 0, 'no connection');
        await page.reload();
        await field(page).waitFor();
    });
});

describe('a token that was never any good', () => {
    const open = withBrowser();
    const user = unique('user');
    const good = signInToken({ roles: ROLES }).token;
    const BAD = {
        'of another installation': [signToken(claimsOf(user, ROLES), { key: 'x'.repeat(40) }),
            /does not know this token/],
        'for something else': [signToken(claimsOf(user, ROLES, { type: 'password-reset' })), /for something else/],
        'that ran out': [signToken(claimsOf(user, ROLES, { iat: now() - 90, exp: now() - 60 })), /expired/],
        'cut off': [good.slice(0, 40), /no token/],
    };

    for (const [name, [token, why]] of Object.entries(BAD)) {
        test(`in a link, ${name}`, async (t) => {
            const page = await open(t);
            page.allow(...REFUSALS);
            await page.goto(signInLink(token));
            await assertSignedOut(page, why);
            await pasteToken(page, good, 'Sign in');
            await page.locator('nav a').first().waitFor();
        });
    }
});
