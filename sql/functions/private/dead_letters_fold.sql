create or replace function bookly_data.dead_letters_fold()
returns void language sql volatile as $$
    -- So many at a time that no backlog passes a daemon's statement time-out; the rest is added when reading.
    with gone as (
        delete from bookly_data.dead_letter_changes
        where ctid = any (array(select c.ctid from bookly_data.dead_letter_changes c limit 100000)) returning *)
    insert into bookly_data.counters as c (kind, key, value)
    select k.kind, k.key, sum(k.value)
    from gone g,
    lateral (values ('dlq.status', g.from_status, -1), ('dlq.status', g.to_status, 1),
        ('dlq.topic', g.topic, (g.to_status is not null)::int - (g.from_status is not null)::int),
        ('dlq.service', g.service, (g.to_status is not null)::int - (g.from_status is not null)::int),
        ('dlq.type', g.event_type, (g.to_status is not null)::int - (g.from_status is not null)::int),
        ('dlq.retries', '', (g.to_status = 'retrying')::int)) k (kind, key, value)
    where k.key is not null and k.value <> 0
    group by k.kind, k.key
    on conflict (kind, key) do update set value = c.value + excluded.value;
    -- Topics come and go; what is counted no more is no row.
    delete from bookly_data.counters c where c.kind like 'dlq.%' and c.value = 0
$$;
comment on function bookly_data.dead_letters_fold() is
    'Folds changes of dead letters into the counters, up to 100,000 a call.';
