create or replace function bookly.dlq_claim(service text default null, max_records int default null)
returns table (dlq_id uuid, event_id text, event_type text, event_service text, topic text, error text,
    stack text, attempt_count int, max_attempts int, original_event jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    wanted_service text := dlq_claim.service;
    wanted int := bookly_data.check_limit(coalesce(dlq_claim.max_records, 1));
begin
    perform bookly_data.check_text('service', wanted_service, 1, 100, false);
    perform bookly_data.dead_letters_expire();
    return query
    with due as materialized (
        select x.id from bookly_data.dead_letters x
        where x.status in ('pending', 'retrying') and x.due_at <= clock_timestamp()
          and (wanted_service is null or x.service = wanted_service)
          and not (x.status = 'retrying' and (x.attempt_count >= x.max_attempts or x.total_attempts >= 50))
        order by x.due_at, x.id limit wanted for update skip locked),
    claimed as (
        update bookly_data.dead_letters d
        set status = 'retrying', attempt_count = d.attempt_count + 1,
            total_attempts = d.total_attempts + 1, updated_at = clock_timestamp(),
            due_at = clock_timestamp()
                + (select s.dlq_claim_timeout_seconds from bookly_data.settings s) * interval '1 second'
        from due where d.id = due.id
        returning d.*)
    select c.id, c.event_id, c.event_type, c.service, c.topic, c.error, c.stack, c.attempt_count,
        c.max_attempts, bookly_data.event_json(e, true)::jsonb
    from claimed c join bookly_data.events e on e.id = c.event_id
    order by c.id;
end
$$;
comment on function bookly.dlq_claim(text, int) is
    'Claims what is due (of a service, null: any; one record when max_records is null) and pushes
dlq:event:retrying. Two workers never get the same record; one that is not answered within the claim
time-out is due again.';
revoke execute on function bookly.dlq_claim(text, int) from public;
grant execute on function bookly.dlq_claim(text, int) to bookly_service, bookly_fcgi;
