create or replace function bookly_data.event_rows(after bigint, last bigint)
returns table (event text, event_type text, service text, second timestamptz, count bigint)
language sql stable set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
    select s.event, s.key1, s.key2, date_trunc('second', s.at), count(*)
    from bookly_data.stream s
    where s.id > after and s.id <= last and s.channel = 'events'
      and s.event in ('event:created', 'event:failed')
    group by 1, 2, 3, 4
$$;
comment on function bookly_data.event_rows(bigint, bigint) is
    'The events of a part of the stream, counted by kind, type, service and second.';
