create or replace function bookly_data.events_fold()
returns boolean language plpgsql as $$
declare
    high bigint := bookly_data.stream_high();
    low bigint := bookly_data.stream_low(high);
    position bigint := (select p.folded from bookly_data.counters_position p);
    last bigint := least(low, position + 200000);
    counted bookly_data.counters[];
begin
    if last <= position then
        return false;
    end if;
    with rows as materialized (select * from bookly_data.event_rows(position, last)),
    kinds as (
        select k.kind, k.key, sum(r.count)::bigint as value
        from rows r, lateral (values
            (case r.event when 'event:created' then 'event.total' else 'event.failed' end, ''),
            (case r.event when 'event:created' then 'event.type' end, r.event_type),
            (case r.event when 'event:created' then 'event.service' end, r.service),
            (case r.event when 'event:created' then 'event.hour' end,
                to_char(r.second at time zone 'UTC', 'YYYY-MM-DD"T"HH24'))) k (kind, key)
        where k.kind is not null group by k.kind, k.key),
    ticks as (
        insert into bookly_data.event_ticks as t (second, events)
        select r.second, sum(r.count) from rows r
        where r.event = 'event:created' and r.second > clock_timestamp() - interval '2 minutes'
        group by r.second
        on conflict (second) do update set events = t.events + excluded.events)
    select array_agg(row(k.kind, k.key, k.value)::bookly_data.counters) into counted from kinds k;
    insert into bookly_data.counters as c (kind, key, value) select * from unnest(counted)
    on conflict (kind, key) do update set value = c.value + excluded.value;
    update bookly_data.counters_position set folded = last;
    delete from bookly_data.event_ticks t where t.second < clock_timestamp() - interval '3 minutes';
    delete from bookly_data.counters c where c.kind = 'event.hour'
        and c.key < to_char((clock_timestamp() - interval '49 hours') at time zone 'UTC', 'YYYY-MM-DD"T"HH24');
    return last < low;
end
$$;
comment on function bookly_data.events_fold() is
    'Folds the next part of the stream into the counters, up to what is proven complete; true when more is left.';
