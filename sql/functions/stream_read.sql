create or replace function bookly.stream_read(after bigint, max_rows int)
returns table (id bigint, event text, channel text, user_id text, role text,
    key1 text, key2 text, key3 text, payload text, age_ms double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
#variable_conflict use_variable
declare
    high bigint := bookly_data.stream_high();
    low bigint;
    reached bigint := after;
    count int := 0;
    room int := bookly_data.stream_bytes_max();
    broken boolean := false;
begin
    if high < after then
        raise exception 'position %: the stream ends at %', after, high using errcode = 'BK410';
    elsif high > after then
        -- Ids are given once, so rows without a hole are complete by themselves.
        for id, event, channel, user_id, role, key1, key2, key3, payload, age_ms in
            select s.id, s.event, s.channel, s.user_id, s.role, s.key1, s.key2, s.key3,
                s.payload, extract(epoch from clock_timestamp() - s.at)::double precision * 1000
            from bookly_data.stream_pushes s where s.id > after and s.id <= high order by s.id limit max_rows
        loop
            broken := id <> reached + 1;
            exit when broken;
            reached := id;
            count := count + 1;
            return next;
            room := room - coalesce(octet_length(payload), 0);
            exit when room <= 0;
        end loop;
        if count < max_rows and room > 0 and reached < high then
            -- Locks before rows: whoever has an id up to high still holds its lock, or is visible below.
            low := bookly_data.stream_low(high);
            for id, event, channel, user_id, role, key1, key2, key3, payload, age_ms in
                select s.id, s.event, s.channel, s.user_id, s.role, s.key1, s.key2, s.key3,
                    s.payload, extract(epoch from clock_timestamp() - s.at)::double precision * 1000
                from bookly_data.stream_pushes s where s.id > reached and s.id <= low
                order by s.id limit max_rows - count
            loop
                reached := id;
                count := count + 1;
                return next;
                room := room - coalesce(octet_length(payload), 0);
                exit when room <= 0;
            end loop;
            if count < max_rows and room > 0 then
                reached := greatest(reached, low);
            end if;
            -- After the rows: the floor is raised before rows are dropped.
            select f.id into low from bookly_data.stream_floor f;
            if after < low then
                raise exception 'position %: the stream begins at %', after, low using errcode = 'BK410';
            end if;
        end if;
    end if;
    id := reached;
    event := null; channel := null; user_id := null; role := null;
    key1 := null; key2 := null; key3 := null; payload := null; age_ms := null;
    return next;
end
$$;
comment on function bookly.stream_read(bigint, int) is
    'The rows after a position, in id order, which is the order of delivery everywhere; complete: no row
at or below the position reached appears later. It ends when their payloads have 1 MB. The last row has no event, its id is the position reached.
BK410 when the position is beyond the end or below the floor.';
revoke execute on function bookly.stream_read(bigint, int) from public;
grant execute on function bookly.stream_read(bigint, int) to bookly_pushd;
