create or replace function bookly_data.redacted(value jsonb, depth int default 0)
returns jsonb language plpgsql immutable as $$
declare
    secret constant text := '(passw|pwd|passphrase|contrase.{1,2}a|token|jwt|secret|credential|authorization|cookie'
        || '|(api|private|access)[^a-z0-9]?key|(^|")pass($|"))';
begin
    -- The text shows every key at any depth: most values need no second look.
    if value is null or value::text !~* secret then
        return value;
    elsif jsonb_typeof(value) not in ('object', 'array') then
        return value;
    elsif depth >= 100 then
        -- Further down the server's stack could end: rather too much than a secret.
        return '"[redacted]"';
    elsif jsonb_typeof(value) = 'object' then
        return (select jsonb_object_agg(f.key, case when f.key ~* secret then '"[redacted]"'
            else bookly_data.redacted(f.value, depth + 1) end) from jsonb_each(value) f);
    end if;
    return (select jsonb_agg(bookly_data.redacted(e.value, depth + 1) order by e.at)
        from jsonb_array_elements(value) with ordinality e (value, at));
end
$$;
comment on function bookly_data.redacted(jsonb, int) is
    'The value with "[redacted]" under every key that names a secret, at any depth and in any case. What names
one below 100 levels is redacted as a whole.';
