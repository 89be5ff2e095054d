// Dead letters for the tests of their pages, and what stands in the list of them.
import { failEvent, publishEvent, sql } from '../../integration/support/sql.mjs';

/** An event that failed. */
export async function letter({ service, type = 'EMAIL_REQUESTED', ...values } = {}) {
    const event_id = await publishEvent({ event_type: type, service, data: { to: 'maria' } });
    return { event_id, id: await failEvent({ event_id, error: 'SMTP 421', ...values }) };
}

/** `count` records in one statement. They may have failed for good already: to come to that notifies all operators. */
export async function letters(service, count, { type = 'EMAIL_REQUESTED', status = 'pending' } = {}) {
    await sql(`select bookly.publish_event($1 || '_' || lpad(i::text, 4, '0'), $2) from generate_series(1, $3::int) i`,
        [type, service, count]);
    await sql(`insert into bookly_data.dead_letters (id, event_id, event_type, normal_type, service, topic, status,
            error, attempt_count, total_attempts, max_attempts, due_at)
        select bookly_data.uuid_v7(), id, event_type, normal_type, service, service, $2, 'SMTP 421', n, n, 3,
            case when n = 0 then clock_timestamp() end
        from bookly_data.events, cast(case $2 when 'failed' then 3 else 0 end as int) n
        where service = $1 and starts_with(event_type, $3) order by position`, [service, status, type]);
}

/** As after its last attempt. */
export const spend = (service, attempts = 3) => sql(`update bookly_data.dead_letters set status = 'failed', attempt_count = 3,
    total_attempts = $2, due_at = null where service = $1`, [service, attempts]);

export const rows = (page) => page.locator('.list li');
export const row = (page, text) => rows(page).filter({ hasText: text });
export const chips = (page) => page.locator('.list li .chip').allInnerTexts();
export const size = async (page) => ((await rows(page).count()) > 0
    ? Number(await rows(page).first().getAttribute('aria-setsize')) : 0);
export const dialog = (page) => page.getByRole('dialog').last();
export const button = (where, name) => where.getByRole('button', { name, exact: true });

/** A worker takes what is due of a service, and answers. */
export async function work(service, outcome) {
    await sql(`update bookly_data.dead_letters set due_at = clock_timestamp()
        where service = $1 and status = 'pending'`, [service]);
    for (const { dlq_id } of await sql('select dlq_id from bookly.dlq_claim($1, 500)', [service])) {
        await outcome(dlq_id);
    }
}
