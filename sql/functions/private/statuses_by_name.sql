create or replace function bookly_data.statuses_by_name(kind text)
returns text language sql volatile as $$
    select '{' || coalesce(string_agg(to_json(s.name) || ':{"status":"' || s.status
        || '","since":' || bookly_data.quote_time(s.since)
        || ',"lastSeen":' || bookly_data.quote_time(s.last_seen)
        || ',"details":' || case when octet_length(s.shown) <= 1024 then s.shown else 'null' end
        || '}', ',' order by s.name), '') || '}'
    from (select n.*, bookly_data.status_details(n) as shown from bookly_data.statuses_now(statuses_by_name.kind) n
          order by array_position('{down,degraded,up}', n.status), n.name limit 500) s
$$;
comment on function bookly_data.statuses_by_name(text) is
    'The services or components as one JSON object, name: {status, since, lastSeen, details}, for lists that are sent
again and again: 500 of them, those that are down first, without details over 1 kB.';
