create or replace function bookly.health_services()
returns table (status int, body text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select case worst.status when 'down' then 503 else 200 end,
        '{"status":"' || worst.status || '","services":' || bookly_data.statuses_by_name('service')
        || ',"infrastructure":' || bookly_data.statuses_by_name('component') || '}'
    from (select coalesce((array_agg(s.status order by array_position('{down,degraded,up}', s.status)))[1], 'up')
          from unnest('{service,component}'::text[]) k, bookly_data.statuses_now(k) s) worst (status)
$$;
comment on function bookly.health_services() is
    '{"status", "services", "infrastructure"}, status being the worst of all; 503 when one is down.';
revoke execute on function bookly.health_services() from public;
grant execute on function bookly.health_services() to bookly_fcgi;
