create or replace function bookly.dlq_list(statuses text[], topics text[], services text[], event_type text,
    max_records int, before uuid, out cursor text, out body text, out next text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = auto as $$
declare
    page int := bookly_data.check_limit(max_records);
    wanted_type text := bookly_data.normal_event_type(event_type);
begin
    cursor := bookly.stream_cursor();
    with found as (
        select d.id, row_number() over newest_first as rank,
            sum(octet_length(d.error) + coalesce(octet_length(d.stack), 0) + bookly_data.json_bytes(e.data)
                + bookly_data.json_bytes(e.metadata)) over newest_first as bytes
        from bookly_data.dead_letters d join bookly_data.events e on e.id = d.event_id
        where (statuses is null or d.status = any (statuses))
          and (topics is null or d.topic = any (topics))
          and (services is null or d.service = any (services))
          and (wanted_type is null or d.normal_type = wanted_type)
          and (before is null or d.id < before)
        window newest_first as (order by d.id desc)
        order by d.id desc limit page + 1),
    shown as (
        select f.* from found f
        where f.rank <= page and (f.rank = 1 or f.bytes <= bookly_data.page_bytes_max()))
    select '[' || coalesce(string_agg(bookly_data.dead_letter_json(d), ',' order by s.rank), '') || ']',
        case when count(*) < (select count(*) from found) then (array_agg(s.id order by s.rank desc))[1] end
    into body, next
    from shown s join bookly_data.dead_letters d on d.id = s.id;
end
$$;
comment on function bookly.dlq_list(text[], text[], text[], text, int, uuid) is
    'A page of dead letters, newest first; null = any. It ends early after page_bytes_max().
next is the `before` of the next page.';
revoke execute on function bookly.dlq_list(text[], text[], text[], text, int, uuid) from public;
grant execute on function bookly.dlq_list(text[], text[], text[], text, int, uuid) to bookly_fcgi, bookly_pushd;
