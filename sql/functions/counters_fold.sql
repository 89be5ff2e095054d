create or replace function bookly.counters_fold()
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
begin
    -- One daemon does it; the others go on.
    if not pg_try_advisory_xact_lock(1651209268, 0) then
        return;
    end if;
    -- A few rounds: sessions have a statement time-out, and what is left is counted when reading.
    for round in 1..5 loop
        exit when not bookly_data.events_fold();
    end loop;
    if exists (select from bookly_data.dead_letter_changes) then
        perform bookly_data.dead_letters_fold();
    end if;
    perform bookly_data.dead_letters_expire();
    perform bookly_data.statuses_expire();
    perform bookly_data.logs_trim();
end
$$;
comment on function bookly.counters_fold() is
    'For a daemon every few seconds: folds the counters, ends what has run out (claims past their last attempt,
silent services) and trims the log buffer. Writes nothing when there is nothing to do.';
revoke execute on function bookly.counters_fold() from public;
grant execute on function bookly.counters_fold() to bookly_pushd;
