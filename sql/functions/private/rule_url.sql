create or replace function bookly_data.rule_url(template text, event jsonb)
returns text language plpgsql immutable as $$
declare
    filled text := '';
    part text[];
    value text;
begin
    for part in select m from regexp_matches(template, '([^{}]+)|\{([^{}|]*)(?:\|([^{}]*))?\}', 'g') m loop
        value := coalesce(bookly_data.rule_text(bookly_data.rule_value(event, part[2])), part[3]);
        -- A browser would walk up the path at dots; what is too long for an address is not encoded first.
        if part[1] is null and (value in ('', '.', '..') or length(value) > 2000) is not false then
            return null;
        end if;
        filled := filled || coalesce(part[1], bookly_data.url_encoded(value));
    end loop;
    return case when bookly_data.is_action_url(filled) and length(filled) <= 2000 then filled end;
end
$$;
comment on function bookly_data.rule_url(text, jsonb) is
    'An address with its fields filled in, percent-encoded. Null: a field is missing, or it would be no good address.';
