create or replace function bookly_data.dead_letters_claim(wanted_service text, max_records int)
returns bookly_data.dead_letters[] language plpgsql
-- A plan for each call: it knows whether a service is wanted, and takes that index.
set plan_cache_mode = force_custom_plan as $$
declare
    letters bookly_data.dead_letters[];
begin
    perform bookly_data.dead_letters_expire();
    with due as materialized (
        select x.id from bookly_data.dead_letters x
        where x.status in ('pending', 'retrying') and x.due_at <= clock_timestamp()
          and (wanted_service is null or x.service = wanted_service)
          and not (x.status = 'retrying' and (x.attempt_count >= x.max_attempts or x.total_attempts >= 50))
        order by x.due_at, x.id limit coalesce(max_records, 1) for update skip locked),
    claimed as (
        update bookly_data.dead_letters d
        set status = 'retrying', attempt_count = d.attempt_count + 1, total_attempts = d.total_attempts + 1,
            updated_at = clock_timestamp(),
            due_at = clock_timestamp()
                + (select s.dlq_claim_timeout_seconds from bookly_data.settings s) * interval '1 second'
        from due where d.id = due.id
        returning d)
    select array_agg(c.d order by (c.d).id) into letters from claimed c;
    return letters;
end
$$;
comment on function bookly_data.dead_letters_claim(text, int) is
    'Claims what is due (of a service, null: any; one record when max_records is null), the longest due first.
An array, so that what is read beside it is read after it: a row set would be joined to the older snapshot of the
statement around it, which may not have the event of a record that is a moment old.';
