create or replace function bookly_data.statuses_by_name(kind text)
returns text language sql stable as $$
    select '{' || coalesce(string_agg(to_json(s.name) || ':{"status":"' || s.status
        || '","since":' || bookly_data.quote_time(s.since)
        || ',"lastSeen":' || bookly_data.quote_time(s.last_seen)
        || ',"details":' || coalesce(s.details::text, 'null') || '}', ',' order by s.name), '') || '}'
    from bookly_data.statuses s where s.kind = statuses_by_name.kind
$$;
comment on function bookly_data.statuses_by_name(text) is
    'The services or components as one JSON object, name: {status, since, lastSeen, details}.';
