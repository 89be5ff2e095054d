create or replace function bookly_data.quote(value text)
returns text language sql stable as $$
    select coalesce(to_json(value)::text, 'null')
$$;
comment on function bookly_data.quote(text) is 'A text as a JSON string, null as null.';
