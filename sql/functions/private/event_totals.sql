create or replace function bookly_data.event_totals()
returns table (kind text, key text, value bigint) language sql stable as $$
    -- One statement, one snapshot: a row is in the folded totals or after their position, never in both.
    with rows as materialized (
        select r.* from bookly_data.event_rows(
            (select p.folded from bookly_data.counters_position p), 9223372036854775807) r)
    select t.kind, t.key, sum(t.value)::bigint
    from (select c.kind, c.key, c.value from bookly_data.counters c where c.kind like 'event.%'
          union all
          select 'event.recent', '', t.events from bookly_data.event_ticks t
          where t.second > clock_timestamp() - interval '60 seconds'
          union all
          select k.kind, k.key, r.count
          from rows r, lateral (values
              (case r.event when 'event:created' then 'event.total' else 'event.failed' end, ''),
              (case r.event when 'event:created' then 'event.type' end, r.event_type),
              (case r.event when 'event:created' then 'event.service' end, r.service),
              (case r.event when 'event:created' then 'event.hour' end,
                  to_char(r.second at time zone 'UTC', 'YYYY-MM-DD"T"HH24')),
              (case when r.event = 'event:created' and r.second > clock_timestamp() - interval '60 seconds'
                  then 'event.recent' end, '')) k (kind, key)
          where k.kind is not null) t
    group by t.kind, t.key
$$;
comment on function bookly_data.event_totals() is
    'The events'' counters: folded totals and what came after them in the stream.';
