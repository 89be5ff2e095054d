create or replace function bookly_data.check_json(field text, value jsonb)
returns boolean language plpgsql as $$
begin
    if octet_length(value::text) > 262144 then
        return bookly_data.refuse(field, 'must be at most 262144 bytes');
    end if;
    return true;
end
$$;
comment on function bookly_data.check_json(text, jsonb) is
    'True when the text of the JSON value is within 256 kB, else refuses it.';
