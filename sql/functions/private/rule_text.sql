create or replace function bookly_data.rule_text(value jsonb)
returns text language sql immutable as $$
    select nullif(case jsonb_typeof(value)
        when 'array' then (select string_agg(i #>> '{}', ', ' order by at)
            from jsonb_array_elements(value) with ordinality x (i, at)
            where jsonb_typeof(i) in ('string', 'number', 'boolean'))
        when 'object' then null
        else value #>> '{}' end, '')
$$;
comment on function bookly_data.rule_text(jsonb) is
    'A value as it is put into a template: a list as its members with commas. Null: an object, or nothing.';
