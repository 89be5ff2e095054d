create or replace function bookly_data.check_one_of(field text, value text, allowed text[], required boolean)
returns boolean language sql volatile as $$
    select case
        when value = any (allowed) then true
        when value is null then not required or bookly_data.refuse(field, 'is required')
        else bookly_data.refuse(field, 'must be one of ' || array_to_string(allowed, ', ')) end
$$;
comment on function bookly_data.check_one_of(text, text, text[], boolean) is
    'True when the value is one of the allowed ones, else refuses it.';
