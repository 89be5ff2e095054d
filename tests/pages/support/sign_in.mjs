// Signing in as a person does: by a link that carries the token in its fragment.
import { stack } from '../../integration/support/stack.mjs';
import { claimsOf, signToken, unique } from '../../integration/support/token.mjs';

/** {user, roles, token} of somebody, made where it is not given; claims: further ones of the token. */
export function signInToken({ user = unique('user'), roles = [], token, claims } = {}) {
    return { user, roles, token: token ?? signToken(claimsOf(user, roles, claims)) };
}

/** The link that `make run` prints, one a role. */
export const signInLink = (token) => `${stack.url}/#token=${token}`;

/** Signs in, and goes to the page `at`; there when its heading is. → {user, roles, token} */
export async function signIn(page, { at, ...who } = {}) {
    const somebody = signInToken(who);
    await page.goto(signInLink(somebody.token));
    await page.locator('main h1').waitFor();
    if (at) {
        await visit(page, at);
    }
    return somebody;
}

/** To another page by its address, as a link or a bookmark does: 'events', 'logs?minLevel=warn'. */
export async function visit(page, at) {
    await page.evaluate((hash) => { location.hash = hash; }, `#/${at}`);
    await page.locator(`nav a[aria-current="page"][href="#/${at.split('?')[0]}"]`).waitFor();
    await page.locator('main h1').waitFor();
}
