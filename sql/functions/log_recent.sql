create or replace function bookly.log_recent(levels text[], min_level text, services text[], context text,
    max_records int, before text, out cursor text, out body text, out next text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    page int := bookly_data.check_limit(max_records);
    order_of text[] := '{debug,info,warn,error}';
    before_id bigint;
    count int;
begin
    perform bookly_data.check_one_of('minLevel', min_level, order_of, false)
        and (before is null or before ~ '^\d{1,18}$' or bookly_data.refuse('before', 'is no log line''s id'));
    before_id := before::bigint;
    cursor := bookly.stream_cursor();
    select '[' || coalesce(string_agg(bookly_data.log_json(r.line), ',' order by r.rank)
            filter (where r.rank <= page), '') || ']',
        max((r.line).id) filter (where r.rank = page), count(*)
    into body, next, count
    from (
        select l as line, row_number() over (order by l.id desc) as rank
        from bookly_data.log_buffer() l
        where (levels is null or l.level = any (levels))
          and (min_level is null
               or array_position(order_of, l.level) >= array_position(order_of, min_level))
          and (services is null or l.service = any (services))
          and (log_recent.context is null or strpos(l.context, log_recent.context) > 0)
          and (before_id is null or l.id < before_id)
        order by l.id desc limit page + 1) r;
    if count <= page then
        next := null;
    end if;
end
$$;
comment on function bookly.log_recent(text[], text, text[], text, int, text) is
    'A page of the newest LOG_BUFFER_SIZE log lines, newest first; levels are exact, min_level a threshold,
context a part of the text. next is the `before` of the next page.';
revoke execute on function bookly.log_recent(text[], text, text[], text, int, text) from public;
grant execute on function bookly.log_recent(text[], text, text[], text, int, text) to bookly_fcgi, bookly_pushd;
