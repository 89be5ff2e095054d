create or replace function bookly_data.rule_users(field text, event jsonb, required boolean)
returns text[] language plpgsql immutable as $$
declare
    value jsonb := bookly_data.rule_value(event, field);
    users text[];
begin
    if field is null or (value is null and not required) then
        return '{}';
    elsif value is null then
        raise exception '%: the event names nobody', field using errcode = '22004';
    elsif jsonb_typeof(value) <> 'array' then
        value := jsonb_build_array(value);
    end if;
    if exists (select from jsonb_array_elements(value) u where jsonb_typeof(u) not in ('string', 'number')
            or length(u #>> '{}') not between 1 and 128) then
        perform bookly_data.refuse(field, 'is no user: must be 1 to 128 characters, or a list of those');
    end if;
    users := array(select distinct u #>> '{}' from jsonb_array_elements(value) u order by 1);
    if cardinality(users) > 1000 then
        perform bookly_data.refuse(field, 'must name at most 1000 users');
    end if;
    return users;
end
$$;
comment on function bookly_data.rule_users(text, jsonb, boolean) is
    'The users that a field of the event names, each once: a text, or a list of texts. 22004: one is required
and there is none.';
