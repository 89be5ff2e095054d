create or replace function bookly_data.check_json(field text, value jsonb)
returns boolean language sql volatile as $$
    select case when octet_length(value::text) > 262144
        then bookly_data.refuse(field, 'must be at most 262144 bytes') else true end
$$;
comment on function bookly_data.check_json(text, jsonb) is
    'True when the text of the JSON value is within 256 kB, else refuses it.';
