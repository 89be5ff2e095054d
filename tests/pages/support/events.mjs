// Events for the tests of their pages, and what stands in the list of them.
import { sql } from '../../integration/support/sql.mjs';

/** `count` events of a service in one statement, a second apart, the last of them now. */
export const history = (service, count, name = 'PAST') => sql(`select bookly.publish_event($1 || '_' || i, $2, data =>
    jsonb_build_object('n', i), occurred_at => clock_timestamp() - make_interval(secs => $3::int - i))
    from generate_series(1, $3::int) i`, [name, service, count]);

/** `count` events at once. */
export const flood = (service, count, name = 'FLOOD') => sql(`select bookly.publish_event($1 || '_' || i, $2)
    from generate_series(1, $3::int) i`, [name, service, count]);

export const rows = (page) => page.locator('.list li');
export const row = (page, text) => rows(page).filter({ hasText: text });
export const types = async (page) => (await page.locator('.list li strong').allInnerTexts());
export const size = async (page) => Number(await rows(page).first().getAttribute('aria-setsize'));
export const dialog = (page) => page.getByRole('dialog').last();
