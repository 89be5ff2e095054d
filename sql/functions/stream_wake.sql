create or replace function bookly.stream_wake()
returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select pg_advisory_unlock_shared(1651209266)
$$;
comment on function bookly.stream_wake() is 'Ends what stream_try_sleep() began: writers need not NOTIFY.';
revoke execute on function bookly.stream_wake() from public;
grant execute on function bookly.stream_wake() to bookly_pushd;
