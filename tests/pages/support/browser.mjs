// Debian's Chromium: one a suite, a context of its own for each page that a test opens, and nothing that a page
// complains about goes unseen.
import { chromium } from 'playwright-core';
import { stack } from '../../integration/support/stack.mjs';
import { suiteScope } from '../../integration/support/scope.mjs';
import { watch } from './complaints.mjs';
import { signIn, signInToken } from './sign_in.mjs';

export const DEADLINE_MS = 20000;
const DESK = { width: 1200, height: 750 };

/**
 * To be called in the suite's own body. → open(test, options): a page that is closed when the test ends, which then
 * fails if the page complained (see complaints.mjs). Signed in by link when `user`, `roles` or `token` is given,
 * looking at `at` ('events', or 'events?services=x'). Further options are those of a Playwright context: viewport,
 * colorScheme, locale (default: en). page.who is {user, roles, token}; page.tab() opens one more tab of the same
 * browser, signed in likewise; page.allow(/…/) accepts complaints that the test means to cause;
 * page.complaints are all so far.
 */
export function withBrowser() {
    const scope = suiteScope();
    let browser;
    const launch = () => {
        // without a sandbox (Playwright's default): it opens nothing but these pages, and root could not start it else
        browser ??= chromium.launch({ executablePath: '/usr/bin/chromium' });
        return browser;
    };
    scope.after(async () => (await browser)?.close());

    return async (test, { user, roles, token, at, ...options } = {}) => {
        const context = await (await launch()).newContext({
            baseURL: stack.url, viewport: DESK, locale: 'en', reducedMotion: 'reduce', ...options,
        });
        context.setDefaultTimeout(DEADLINE_MS);
        const complaints = watch(context);
        test.after(async () => {
            await context.close();
            complaints.assertNone();
        });
        const who = user || roles || token ? signInToken({ user, roles, token }) : null;
        const tab = async () => {
            const page = await context.newPage();
            Object.assign(page, { who, tab, allow: complaints.allow, complaints: complaints.found });
            await (who ? signIn(page, { ...who, at }) : page.goto('/'));
            return page;
        };
        return tab();
    };
}
