create or replace function bookly.dlq_list(statuses text[], topics text[], services text[], event_type text,
    max_records int, before uuid, out cursor text, out body text, out next text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = auto as $$
declare
    page int := bookly_data.check_limit(max_records);
    wanted_type text := bookly_data.normal_event_type(event_type);
    count int;
begin
    cursor := bookly.stream_cursor();
    select '[' || coalesce(string_agg(bookly_data.dead_letter_json(r.letter), ','
                order by (r.letter).id desc) filter (where r.rank <= page), '') || ']',
        max((r.letter).id::text) filter (where r.rank = page), count(*)
    into body, next, count
    from (
        select d as letter, row_number() over (order by d.id desc) as rank
        from bookly_data.dead_letters d
        where (statuses is null or d.status = any (statuses))
          and (topics is null or d.topic = any (topics))
          and (services is null or d.service = any (services))
          and (wanted_type is null or d.normal_type = wanted_type)
          and (before is null or d.id < before)
        order by d.id desc limit page + 1) r;
    if count <= page then
        next := null;
    end if;
end
$$;
comment on function bookly.dlq_list(text[], text[], text[], text, int, uuid) is
    'A page of dead letters, newest first; null = any. next is the `before` of the next page.';
revoke execute on function bookly.dlq_list(text[], text[], text[], text, int, uuid) from public;
grant execute on function bookly.dlq_list(text[], text[], text[], text, int, uuid) to bookly_fcgi, bookly_pushd;
