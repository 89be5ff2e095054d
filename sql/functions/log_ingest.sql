create or replace function bookly.log_ingest(actor text, body jsonb)
returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    accepted int;
    bad record;
begin
    if jsonb_typeof(body) is distinct from 'array' then
        perform bookly_data.refuse('body', 'must be an array of log lines');
    end if;
    -- Appended here instead of by the trigger, which takes twice as long for a batch: whoever may call this
    -- commits at once.
    if current_setting('bookly.stream_bound', true) is distinct from 'on' then
        perform bookly_data.stream_enter();
    end if;
    perform set_config('bookly.logs_appended', 'on', true);
    with stored as (
        insert into bookly_data.logs (logged_at, level, service, context, message, metadata, stack)
        select coalesce((l.line ->> 'timestamp')::timestamptz, clock_timestamp()), l.line ->> 'level',
            l.line ->> 'service', l.line ->> 'context', l.line ->> 'message',
            bookly_data.redacted(nullif(l.line -> 'metadata', 'null')), l.line ->> 'stack'
        from jsonb_array_elements(body) with ordinality l (line, at)
        where bookly_data.log_is_good(l.line)
        order by l.at
        returning logs as l),
    appended as (
        insert into bookly_data.stream (id, at, event, channel, key1, key2, key3, payload)
        select nextval('bookly_data.stream_id_seq'), clock_timestamp(), bookly_data.log_event((s.l).level), 'logs',
            (s.l).level, (s.l).service, (s.l).context, bookly_data.log_json(s.l)
        from (select l from stored order by (l).id) s)
    select count(*) into accepted from stored;
    perform set_config('bookly.logs_appended', 'off', true);
    if accepted < jsonb_array_length(body) then
        -- Raising takes back what was stored: all or nothing.
        for bad in select l.line, l.at - 1 as at
            from jsonb_array_elements(body) with ordinality l (line, at) order by l.at
        loop
            perform bookly_data.check_body(bad.line, bookly_data.log_rules(), format('[%s].', bad.at));
            if not bookly_data.log_is_good(bad.line) then
                perform bookly_data.refuse(format('[%s]', bad.at), 'is no log line');
            end if;
        end loop;
    end if;
    return accepted;
end
$$;
comment on function bookly.log_ingest(text, jsonb) is
    'Stores an array of log lines {level, service, message, context?, metadata?, stack?, timestamp?}, all or
nothing, and returns their number; the error names the line, as in [3].level.';
revoke execute on function bookly.log_ingest(text, jsonb) from public;
grant execute on function bookly.log_ingest(text, jsonb) to bookly_fcgi, bookly_pushd;
