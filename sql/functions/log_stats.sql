create or replace function bookly.log_stats()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with buffer as materialized (select * from bookly_data.log_buffer())
    select '{"total":' || (select count(*) from buffer)
        || ',"byLevel":{' || (
            select string_agg('"' || v.level || '":' || (select count(*) from buffer b where b.level = v.level),
                ',' order by v.at)
            from unnest('{error,warn,info,debug}'::text[]) with ordinality v (level, at))
        || '},"byService":' || coalesce((
            select json_object_agg(s.service, s.count order by s.count desc, s.service)::text
            from (select b.service, count(*) as count from buffer b group by b.service) s), '{}')
        || ',"recentErrors":[' || coalesce((
            select string_agg(bookly_data.log_json(r.e), ',' order by (r.e).id desc)
            from (select e from bookly_data.log_buffer() e where e.level = 'error'
                  order by e.id desc limit 10) r), '')
        || ']}'
$$;
comment on function bookly.log_stats() is
    '{total, byLevel, byService, recentErrors[up to 10]} of the newest LOG_BUFFER_SIZE log lines.';
revoke execute on function bookly.log_stats() from public;
grant execute on function bookly.log_stats() to bookly_fcgi, bookly_pushd;
