// The pages by name, and what their list of them promises to everybody.
export const PAGES = ['overview', 'events', 'dead-letters', 'notifications', 'logs'];

/** What the connection badge says, like "Live · WebSocket" or "REST polling". */
export async function badgeText(page) {
    const name = await page.getByRole('button', { name: /^Connection: / }).getAttribute('aria-label');
    return name.replace(/^Connection: /, '');
}

/** Resolves when the badge says it. */
export const badgeSays = (page, pattern, timeout) =>
    page.getByRole('button', { name: new RegExp(`^Connection: .*${pattern.source}`) }).waitFor({ timeout });

/** Pixels by which the page is wider than the window: what makes it scroll sideways. */
export const overflow = (page) => page.evaluate(() =>
    document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** The bell, when it says that so many are unread. Who has a role that others' doings notify, has more than its own. */
export const bell = (page, unread) =>
    page.getByRole('button', { name: `Notifications, ${unread || 'none'} unread`, exact: true });

/** Neither a WebSocket nor Server-Sent Events: what is left is REST polling. */
export async function onlyRest(page) {
    page.allow(/socket\.io/, /\/api\/v1\/sse/);
    await page.context().route(/\/socket\.io\/|\/api\/v1\/(sse|ws)/, (route) => route.abort());
    await page.context().routeWebSocket(/\/(socket\.io|api\/v1\/ws)\//, (socket) => socket.close());
    await page.reload();
    await badgeSays(page, /REST polling/);
}

/** The bell shows a notification among the newest ones. */
export async function assertBellShows(page, title) {
    await page.getByRole('button', { name: /^Notifications, / }).click();
    await page.getByRole('group', { name: 'Notifications' }).getByText(title, { exact: true }).waitFor();
    await page.keyboard.press('Escape');
}

/** How many rows the list of a page has, drawn or not. */
export const rowCount = async (page) => Number(await page.locator('.list li').first().getAttribute('aria-setsize'));
