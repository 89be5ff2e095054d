create or replace function bookly_data.status_json(s bookly_data.statuses)
returns text language sql stable as $$
    select '{"' || s.kind || '":' || to_json(s.name) || ',"status":"' || s.status
        || '","since":' || bookly_data.quote_time(s.since)
        || ',"lastSeen":' || bookly_data.quote_time(s.last_seen)
        || ',"details":' || bookly_data.status_details(s) || '}'
$$;
comment on function bookly_data.status_json(bookly_data.statuses) is
    'A status as lists and answers show it.';
