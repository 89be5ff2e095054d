create or replace function bookly_data.check_template(field text, value text)
returns boolean language plpgsql as $$
begin
    if value !~ '^([^{}]|\{[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*(\|[^{}]*)?\})*$' then
        return bookly_data.refuse(field, 'braces must hold a field, as in {reason} or {reason|none was given}');
    end if;
    return true;
end
$$;
comment on function bookly_data.check_template(text, text) is
    'True when every brace of a template belongs to a {field} or {field|otherwise}, else refuses it.';
