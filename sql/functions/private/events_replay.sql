create or replace function bookly_data.events_replay(items text[])
returns int language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off as $$
declare
    count int;
begin
    -- Appended here instead of by a trigger: the caller commits at once.
    if current_setting('bookly.stream_bound', true) is distinct from 'on' then
        perform bookly_data.stream_enter();
    end if;
    insert into bookly_data.stream (id, at, event, channel, key1, key2, key3, event_id)
    select nextval('bookly_data.stream_id_seq'), clock_timestamp(), 'event:replayed', 'events',
        r.normal_type, r.service, r.aggregate_type, r.id
    from (select e.normal_type, e.service, e.aggregate_type, e.id
          from unnest(items) with ordinality i (item, at) join bookly_data.events e on e.id = i.item
          order by i.at) r;
    get diagnostics count = row_count;
    return count;
end
$$;
comment on function bookly_data.events_replay(text[]) is
    'Pushes stored events once more, in this order, and returns how many there were. Each by its key,
whatever the table was like when a daemon planned this.';
