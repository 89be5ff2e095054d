create or replace function bookly.component_list()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select '[' || coalesce(string_agg(bookly_data.status_json(s), ',' order by s.name), '') || ']'
    from bookly_data.statuses s where s.kind = 'component'
$$;
comment on function bookly.component_list() is 'Every component with its status, by name.';
revoke execute on function bookly.component_list() from public;
grant execute on function bookly.component_list() to bookly_fcgi, bookly_pushd;
