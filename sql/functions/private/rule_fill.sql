create or replace function bookly_data.rule_fill(template text, event jsonb, longest int)
returns text language plpgsql immutable as $$
declare
    filled text := '';
    part text[];
begin
    for part in select m from regexp_matches(template, '([^{}]+)|\{([^{}|]*)(?:\|([^{}]*))?\}', 'g') m loop
        filled := filled || coalesce(part[1],
            bookly_data.rule_text(bookly_data.rule_value(event, part[2])), part[3], '');
    end loop;
    filled := btrim(filled, E' \t\r\n');
    return case when length(filled) > longest then left(filled, longest - 1) || '…' else filled end;
end
$$;
comment on function bookly_data.rule_fill(text, jsonb, int) is
    'A template with its fields filled in: {field} (nothing when the event has none), {field|otherwise}. What is
too long is cut, and ends with an ellipsis.';
