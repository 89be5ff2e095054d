create or replace function bookly_data.iso_time(at timestamptz)
returns text language sql stable as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;
comment on function bookly_data.iso_time(timestamptz) is
    'A time as every surface shows it: 2025-01-05T10:00:00.000Z.';
