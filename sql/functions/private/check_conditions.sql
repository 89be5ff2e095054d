create or replace function bookly_data.check_conditions(field text, conditions jsonb)
returns boolean language plpgsql as $$
declare
    name text;
    allowed jsonb;
begin
    if jsonb_typeof(conditions) <> 'object'
        or (select count(*) from jsonb_object_keys(conditions)) not between 1 and 10 then
        return bookly_data.refuse(field, 'must be an object of 1 to 10 fields');
    end if;
    for name, allowed in select * from jsonb_each(conditions) loop
        perform bookly_data.check_rule_field(field || '.' || left(name, 100), name);
        allowed := case when jsonb_typeof(allowed) = 'array' then allowed else jsonb_build_array(allowed) end;
        if jsonb_array_length(allowed) not between 1 and 20 or exists (select from jsonb_array_elements(allowed) a
                where jsonb_typeof(a) not in ('string', 'number', 'boolean') or length(a #>> '{}') > 200) then
            return bookly_data.refuse(field || '.' || name, 'must be a value, or 1 to 20 of them');
        end if;
    end loop;
    return true;
end
$$;
comment on function bookly_data.check_conditions(text, jsonb) is
    'True for {"field": value or [values]}, up to 10 fields, else refuses it.';
