create or replace function bookly_data.rule_applies(conditions jsonb, event jsonb)
returns boolean language plpgsql immutable as $$
begin
    return conditions is null or not exists (
        select from jsonb_each(conditions) c (field, allowed)
        where (bookly_data.rule_text(bookly_data.rule_value(event, c.field)) in (
            select a #>> '{}' from jsonb_array_elements(
                case when jsonb_typeof(c.allowed) = 'array' then c.allowed else jsonb_build_array(c.allowed) end) a))
            is not true);
end
$$;
comment on function bookly_data.rule_applies(jsonb, jsonb) is
    'Whether each field of the conditions has one of its values in the event.';
