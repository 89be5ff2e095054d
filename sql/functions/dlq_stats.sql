create or replace function bookly.dlq_stats()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with totals as materialized (select * from bookly_data.dead_letter_totals() where value > 0)
    select '{"total":' || (select coalesce(sum(value), 0) from totals where kind = 'dlq.status')
        || (select string_agg(',"' || s.status || '":' || coalesce(t.value, 0), '' order by s.at)
            from unnest('{pending,retrying,failed,resolved}'::text[]) with ordinality s (status, at)
            left join totals t on t.kind = 'dlq.status' and t.key = s.status)
        || (select string_agg(',"' || m.name || '":' || coalesce((
                select json_object_agg(t.key, t.value order by t.value desc, t.key)::text
                from (select t.key, t.value from totals t where t.kind = m.kind
                      order by t.value desc, t.key limit 500) t), '{}'), '' order by m.at)
            from unnest('{byTopic,byService,byEventType}'::text[], '{dlq.topic,dlq.service,dlq.type}'::text[])
                with ordinality m (name, kind, at))
        || '}'
$$;
comment on function bookly.dlq_stats() is
    '{total, pending, retrying, failed, resolved, byTopic, byService, byEventType} of the records there are;
of each map the 500 largest figures.';
revoke execute on function bookly.dlq_stats() from public;
grant execute on function bookly.dlq_stats() to bookly_fcgi, bookly_pushd;
