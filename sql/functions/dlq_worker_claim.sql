create or replace function bookly.dlq_worker_claim(body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letters bookly_data.dead_letters[];
begin
    perform bookly_data.check_body(body, '{
        "service": {"is": "text", "max": 100},
        "limit": {"is": "integer", "min": 1, "max": 500}}');
    letters := bookly_data.dead_letters_claim(body ->> 'service', (body ->> 'limit')::int);
    return '[' || coalesce((
        select string_agg(bookly_data.dead_letter_json(c), ',' order by c.id) from unnest(letters) c), '') || ']';
end
$$;
comment on function bookly.dlq_worker_claim(jsonb) is
    'dlq_claim for a REST body {service?, limit?} (one record without a limit): an array of dead letters.';
revoke execute on function bookly.dlq_worker_claim(jsonb) from public;
grant execute on function bookly.dlq_worker_claim(jsonb) to bookly_fcgi;
