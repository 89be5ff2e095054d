create or replace function bookly_data.stream_append(
    event text, channel text, user_id text, role text, key1 text, key2 text, key3 text, payload text)
returns boolean language plpgsql as $$
declare
    entered boolean;
begin
    if current_setting('bookly.stream_bound', true) is distinct from 'on' then
        entered := bookly_data.stream_enter();
    end if;
    insert into bookly_data.stream (id, at, event, channel, user_id, role, key1, key2, key3, payload)
    values (nextval('bookly_data.stream_id_seq'), clock_timestamp(), event, channel, user_id, role,
        key1, key2, key3, payload);
    return true;
end
$$;
comment on function bookly_data.stream_append(text, text, text, text, text, text, text, text) is
    'Appends one push to the stream. For deferred constraint triggers only: an id that is given early
holds up every reader until its transaction ends.';
