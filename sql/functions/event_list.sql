create or replace function bookly.event_list(event_types text[], services text[], aggregate_types text[],
    aggregate_id text, from_time timestamptz, to_time timestamptz, max_records int, before text,
    out cursor text, out body text, out next text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = auto as $$
declare
    page int := bookly_data.check_limit(max_records);
    types text[] := array(select bookly_data.normal_event_type(t) from unnest(event_types) t);
    before_time timestamptz;
    before_position bigint;
begin
    if before is not null then
        select e.occurred_at, e.position into before_time, before_position
        from bookly_data.events e where e.id = event_list.before;
        perform before_time is not null or bookly_data.refuse('before', 'is no event''s id');
    end if;
    cursor := bookly.stream_cursor();
    with found as (
        select e.id, row_number() over newest_first as rank,
            sum(bookly_data.json_bytes(e.data) + bookly_data.json_bytes(e.metadata)) over newest_first as bytes
        from bookly_data.events e
        where (event_types is null or e.normal_type = any (types))
          and (services is null or e.service = any (services))
          and (aggregate_types is null or e.aggregate_type = any (aggregate_types))
          and (event_list.aggregate_id is null or e.aggregate_id = event_list.aggregate_id)
          and (from_time is null or e.occurred_at >= from_time)
          and (to_time is null or e.occurred_at <= to_time)
          and (before is null or (e.occurred_at, e.position) < (before_time, before_position))
        window newest_first as (order by e.occurred_at desc, e.position desc)
        order by e.occurred_at desc, e.position desc limit page + 1),
    shown as (
        select f.* from found f
        where f.rank <= page and (f.rank = 1 or f.bytes <= bookly_data.page_bytes_max()))
    select '[' || coalesce(string_agg(bookly_data.event_json(e, true), ',' order by s.rank), '') || ']',
        case when count(*) < (select count(*) from found) then (array_agg(s.id order by s.rank desc))[1] end
    into body, next
    from shown s join bookly_data.events e on e.id = s.id;
end
$$;
comment on function bookly.event_list(text[], text[], text[], text, timestamptz, timestamptz, int, text) is
    'A page of stored events, newest first by time of occurrence; null = any. It ends early after
page_bytes_max(). next is the `before` of the next page.';
revoke execute on function bookly.event_list(text[], text[], text[], text, timestamptz, timestamptz, int,
    text) from public;
grant execute on function bookly.event_list(text[], text[], text[], text, timestamptz, timestamptz, int,
    text) to bookly_fcgi, bookly_pushd;
