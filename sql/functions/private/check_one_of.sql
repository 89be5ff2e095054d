create or replace function bookly_data.check_one_of(field text, value text, allowed text[], required boolean)
returns boolean language plpgsql as $$
begin
    if value is null then
        return not required or bookly_data.refuse(field, 'is required');
    elsif value <> all (allowed) then
        return bookly_data.refuse(field, 'must be one of ' || array_to_string(allowed, ', '));
    end if;
    return true;
end
$$;
comment on function bookly_data.check_one_of(text, text, text[], boolean) is
    'True when the value is one of the allowed ones, else refuses it.';
