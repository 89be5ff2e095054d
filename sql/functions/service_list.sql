create or replace function bookly.service_list()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select '[' || coalesce(string_agg(bookly_data.status_json(s), ',' order by s.name), '') || ']'
    from bookly_data.statuses_now('service') s
$$;
comment on function bookly.service_list() is 'Every service with its status, by name.';
revoke execute on function bookly.service_list() from public;
grant execute on function bookly.service_list() to bookly_fcgi, bookly_pushd;
