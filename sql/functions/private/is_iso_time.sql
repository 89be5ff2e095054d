create or replace function bookly_data.is_iso_time(value text)
returns boolean language sql immutable as $$
    -- The day is checked by arithmetic: a cast would raise where the caller wants an answer.
    select case when value ~ ('^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])'
                || 'T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-4]):[0-5]\d)$')
        then extract(month from make_date(substr(value, 1, 4)::int, substr(value, 6, 2)::int, 1)
                + (substr(value, 9, 2)::int - 1)) = substr(value, 6, 2)::int
        else false end
$$;
comment on function bookly_data.is_iso_time(text) is
    'Whether the text is an ISO 8601 time with its zone, such as 2025-01-05T10:00:00.000Z.';
