create or replace function bookly_data.redacted(value jsonb)
returns jsonb language plpgsql immutable as $$
declare
    secret constant text := '(password|passwd|token|secret|authorization|cookie|api[_-]?key)';
begin
    -- The text shows every key at any depth: most values need no second look.
    if value is null or value::text !~* secret then
        return value;
    elsif jsonb_typeof(value) = 'object' then
        return (select jsonb_object_agg(f.key, case when f.key ~* secret then '"[redacted]"'
            else bookly_data.redacted(f.value) end) from jsonb_each(value) f);
    elsif jsonb_typeof(value) = 'array' then
        return (select jsonb_agg(bookly_data.redacted(e.value) order by e.at)
            from jsonb_array_elements(value) with ordinality e (value, at));
    end if;
    return value;
end
$$;
comment on function bookly_data.redacted(jsonb) is
    'The value with "[redacted]" under every key that names a secret, at any depth and in any case.';
