create or replace function bookly_data.check_body(body jsonb, rules jsonb, path text default '')
returns boolean language plpgsql as $$
declare
    name text;
    value jsonb;
    rule jsonb;
begin
    if body is null or jsonb_typeof(body) <> 'object' then
        return bookly_data.refuse(coalesce(nullif(rtrim(path, '.'), ''), 'body'), 'must be an object');
    end if;
    for name, value in select * from jsonb_each(body) loop
        if not rules ? name then
            raise exception '%: unknown field', path || left(name, 100)
                using errcode = 'BK400', column = path || left(name, 100);
        end if;
    end loop;
    for name, rule in select * from jsonb_each(rules) loop
        value := nullif(body -> name, 'null');
        if value is null then
            if (rule ->> 'required')::boolean then
                return bookly_data.refuse(path || name, 'is required');
            end if;
        else
            perform bookly_data.check_field(path || name, value, rule);
        end if;
    end loop;
    return true;
end
$$;
comment on function bookly_data.check_body(jsonb, jsonb, text) is
    'True when the object has only fields of the rules, all required ones, and good values, else refuses
the first bad one (BK400 for an unknown field). A JSON null counts as absent. Rules: {"name": {"is": "text", "max": 200, "required": true}}.';
