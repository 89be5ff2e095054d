create or replace function bookly.dlq_claim(service text default null, max_records int default null)
returns table (dlq_id uuid, event_id text, event_type text, event_service text, topic text, error text,
    stack text, attempt_count int, max_attempts int, total_attempts int, original_event jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letters bookly_data.dead_letters[];
begin
    perform bookly_data.check_text('service', service, 1, 100, false)
        and (max_records is null or max_records between 1 and 500
            or bookly_data.refuse('max_records', 'must be between 1 and 500'));
    letters := bookly_data.dead_letters_claim(dlq_claim.service, dlq_claim.max_records);
    return query
    select c.id, c.event_id, c.event_type, c.service, c.topic, c.error, c.stack, c.attempt_count,
        c.max_attempts, c.total_attempts, bookly_data.event_json(e, true)::jsonb
    from unnest(letters) c
    join bookly_data.events e on e.id = c.event_id
    order by c.id;
end
$$;
comment on function bookly.dlq_claim(text, int) is
    'Claims what is due (of a service, null: any; one record when max_records is null) and pushes
dlq:event:retrying. Two workers never get the same record; one that is not answered within the claim
time-out is due again. total_attempts names the claim: see dlq_succeed and dlq_fail.';
revoke execute on function bookly.dlq_claim(text, int) from public;
grant execute on function bookly.dlq_claim(text, int) to bookly_service, bookly_fcgi;
