create or replace function bookly_data.quote_time(at timestamptz)
returns text language sql stable as $$
    select coalesce(to_char(at at time zone 'UTC', '"\""YYYY-MM-DD"T"HH24:MI:SS.MS"Z\""'), 'null')
$$;
comment on function bookly_data.quote_time(timestamptz) is 'A time as a JSON string, null as null.';
