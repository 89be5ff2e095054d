create or replace function bookly_data.json_bytes(value jsonb)
returns bigint language sql immutable as $$
    -- Only what is compressed has to be looked at.
    select coalesce(case when pg_column_compression(value) is null then pg_column_size(value)
        else octet_length(value::text) end, 0)::bigint
$$;
comment on function bookly_data.json_bytes(jsonb) is
    'About how many bytes a stored value is as text, for the ceiling of a page.';
