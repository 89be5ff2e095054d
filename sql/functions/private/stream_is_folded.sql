create or replace function bookly_data.stream_is_folded(partition regclass)
returns boolean language plpgsql as $$
declare
    last_id bigint;
begin
    execute format('select max(id) from %s', partition) into last_id;
    return coalesce(last_id <= (select least(p.folded, r.position)
        from bookly_data.counters_position p, bookly_data.notification_rules_position r), true);
end
$$;
comment on function bookly_data.stream_is_folded(regclass) is
    'Whether every row of a partition is counted in bookly_data.counters, and the rules have
seen it.';
