create or replace function bookly.stream_page(
    after bigint, upto bigint, max_rows int, max_scan int, channels text[], users text[], roles text[])
returns table (id bigint, event text, channel text, user_id text, role text,
    key1 text, key2 text, key3 text, payload text, age_ms double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
#variable_conflict use_variable
declare
    high bigint := bookly_data.stream_high();
    stop bigint;
    reached bigint := after;
    count int := 0;
    room int := bookly_data.stream_bytes_max();
    floor bigint;
    muted text[];
begin
    perform (after is not null or bookly_data.refuse('after', 'is required'))
        and (max_rows >= 1 or bookly_data.refuse('max_rows', 'must be at least 1'))
        and (max_scan >= 1 or bookly_data.refuse('max_scan', 'must be at least 1'));
    if high < after then
        raise exception 'position %: the stream ends at %', after, high using errcode = 'BK410';
    end if;
    stop := after;
    if high > after then
        -- Locks before rows: whoever has an id up to high still holds its lock, or is visible below.
        stop := greatest(after, least(coalesce(upto, bookly_data.stream_low(high)), high));
    end if;
    if stop > after then
        -- For one user alone the muted categories are left out; for several the daemon does it.
        if cardinality(users) = 1 then
            select i.muted into muted from bookly_data.inboxes i where i.user_id = users[1];
        end if;
        for id, event, channel, user_id, role, key1, key2, key3, payload, age_ms in
            select s.id, s.event, s.channel, s.user_id, s.role, s.key1, s.key2, s.key3,
                s.payload, extract(epoch from clock_timestamp() - s.at)::double precision * 1000
            from bookly_data.stream_pushes s
            where s.id > after and s.id <= least(stop, after + max_scan)
                and s.channel = any (channels) and s.channel <> 'control'
                and (s.channel <> 'notifications'
                    or (s.user_id is not null and (users is null or s.user_id = any (users)))
                    or (s.role is not null and (roles is null or s.role = any (roles))))
                and (muted is null or s.channel <> 'notifications' or (s.key1 = any (muted)) is not true)
            order by s.id limit max_rows
        loop
            reached := id;
            count := count + 1;
            return next;
            room := room - coalesce(octet_length(payload), 0);
            exit when room <= 0;
        end loop;
        if count < max_rows and room > 0 then
            reached := least(stop, after + max_scan);
        end if;
        -- After the rows: the floor is raised before rows are dropped.
        select f.id into floor from bookly_data.stream_floor f;
        if after < floor then
            raise exception 'position %: the stream begins at %', after, floor using errcode = 'BK410';
        end if;
    end if;
    id := reached;
    key1 := bookly_data.stream_epoch();
    key2 := case when reached < stop then 'more' end;
    event := null; channel := null; user_id := null; role := null;
    key3 := null; payload := null; age_ms := null;
    return next;
end
$$;
comment on function bookly.stream_page(bigint, bigint, int, int, text[], text[], text[]) is
    'As stream_read(), only the rows of some channels (never of "control"); of notifications only those of the
users or roles given (null: any), of a single user without what that one has muted. Reads at most max_scan ids or 1 MB
of payloads, and up to upto where it is known to be complete. The
last row has no event: id is the position reached, key1 the stream''s epoch, key2 "more" when it stopped early.
BK410 when the position is beyond the end or below the floor.';
revoke execute on function bookly.stream_page(bigint, bigint, int, int, text[], text[], text[]) from public;
grant execute on function bookly.stream_page(bigint, bigint, int, int, text[], text[], text[])
    to bookly_fcgi, bookly_pushd;
