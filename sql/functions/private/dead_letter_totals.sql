create or replace function bookly_data.dead_letter_totals()
returns table (kind text, key text, value bigint) language sql stable as $$
    -- One statement, one snapshot: a change is in the folded totals or among the rows, never in both.
    select t.kind, t.key, sum(t.value)::bigint
    from (select c.kind, c.key, c.value from bookly_data.counters c where c.kind like 'dlq.%'
          union all
          select k.kind, k.key, k.value
          from bookly_data.dead_letter_changes c,
          lateral (values ('dlq.status', c.from_status, -1), ('dlq.status', c.to_status, 1),
              ('dlq.topic', c.topic, (c.to_status is not null)::int - (c.from_status is not null)::int),
              ('dlq.service', c.service, (c.to_status is not null)::int - (c.from_status is not null)::int),
              ('dlq.type', c.event_type, (c.to_status is not null)::int - (c.from_status is not null)::int),
              ('dlq.retries', '', (c.to_status = 'retrying')::int)) k (kind, key, value)
          where k.key is not null and k.value <> 0) t
    group by t.kind, t.key
$$;
comment on function bookly_data.dead_letter_totals() is
    'The dead-letter queue''s counters: folded totals and what is not folded yet.';
