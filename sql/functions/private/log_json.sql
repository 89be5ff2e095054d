create or replace function bookly_data.log_json(l bookly_data.logs)
returns text language sql stable as $$
    select '{"id":"' || l.id || '","timestamp":' || bookly_data.quote_time(l.logged_at)
        || ',"level":"' || l.level || '","service":' || to_json(l.service)
        || ',"context":' || bookly_data.quote(l.context) || ',"message":' || to_json(l.message)
        || ',"metadata":' || coalesce(l.metadata::text, 'null')
        || ',"stack":' || bookly_data.quote(l.stack) || '}'
$$;
comment on function bookly_data.log_json(bookly_data.logs) is 'A LogEntry.';
