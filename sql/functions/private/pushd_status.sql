create or replace function bookly_data.pushd_status(known text)
returns text language sql volatile as $$
    select case when exists (select from bookly_data.daemons_live()) then 'up'
        when pg_postmaster_start_time() > clock_timestamp() - interval '15 seconds' then coalesce(known, 'down')
        else 'down' end
$$;
comment on function bookly_data.pushd_status(text) is
    'up while a daemon lives. After a start of the server daemons need a moment to come back: until then what
was known before.';
