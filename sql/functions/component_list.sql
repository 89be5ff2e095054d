create or replace function bookly.component_list()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- No daemon could: who asks writes down that none lives.
    perform bookly_data.pushd_notice();
    return (select '[' || coalesce(string_agg(bookly_data.status_json(s), ',' order by s.name), '') || ']'
        from bookly_data.statuses_now('component') s);
end
$$;
comment on function bookly.component_list() is
    'Every component with its status, by name; postgresql and pushd are always among them.';
revoke execute on function bookly.component_list() from public;
grant execute on function bookly.component_list() to bookly_fcgi, bookly_pushd;
