create or replace function bookly_data.check_rule_field(field text, value text)
returns boolean language plpgsql as $$
begin
    if value !~ '^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$' or length(value) > 100 then
        return bookly_data.refuse(field, 'must name a field of the event, as userId or data.owner.id');
    end if;
    return true;
end
$$;
comment on function bookly_data.check_rule_field(text, text) is
    'True when the text may name a field of an event, else refuses it.';
