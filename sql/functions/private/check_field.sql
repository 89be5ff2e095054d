create or replace function bookly_data.check_field(field text, value jsonb, rule jsonb)
returns boolean language plpgsql as $$
declare
    expected text := rule ->> 'is';
    given text := jsonb_typeof(value);
    item jsonb;
    at int := 0;
begin
    if expected = 'json' then
        return bookly_data.check_json(field, value);
    elsif expected = 'integer' then
        if given <> 'number' or value::text !~ '^-?\d{1,15}$' then
            return bookly_data.refuse(field, 'must be a whole number');
        elsif value::bigint not between (rule ->> 'min')::bigint and (rule ->> 'max')::bigint then
            return bookly_data.refuse(field,
                format('must be between %s and %s', rule ->> 'min', rule ->> 'max'));
        end if;
        return true;
    elsif expected = 'values' and given = 'string' then
        return bookly_data.check_field(field, value, rule || '{"is": "text"}');
    elsif expected in ('texts', 'values') then
        if given <> 'array' or jsonb_array_length(value) not between 1 and (rule ->> 'count')::int then
            return bookly_data.refuse(field, format('must be %s array of 1 to %s texts',
                case expected when 'values' then 'a text or an' else 'an' end, rule ->> 'count'));
        end if;
        for item in select jsonb_array_elements(value) loop
            perform bookly_data.check_field(format('%s[%s]', field, at), item, rule || '{"is": "text"}');
            at := at + 1;
        end loop;
        return true;
    elsif given <> 'string' then
        return bookly_data.refuse(field, 'must be a text');
    elsif expected = 'time' then
        return bookly_data.is_iso_time(value #>> '{}')
            or bookly_data.refuse(field, 'must be a time such as 2025-01-05T10:00:00.000Z');
    elsif expected = 'url' then
        return bookly_data.check_action_url(field, value #>> '{}');
    elsif expected = 'role' then
        return bookly_data.check_one_of(field, value #>> '{}', bookly_data.role_names(), true);
    elsif expected = 'notificationType' then
        return bookly_data.check_one_of(field, value #>> '{}', bookly_data.notification_types(), true);
    elsif expected = 'category' then
        return bookly_data.check_one_of(field, value #>> '{}', bookly_data.category_names(), true);
    elsif rule ? 'of' then
        return bookly_data.check_one_of(field, value #>> '{}',
            array(select jsonb_array_elements_text(rule -> 'of')), true);
    end if;
    return bookly_data.check_text(field, value #>> '{}', coalesce((rule ->> 'min')::int, 1),
        (rule ->> 'max')::int, true);
end
$$;
comment on function bookly_data.check_field(text, jsonb, jsonb) is
    'True when the value keeps its rule ("is": text, texts, values (one text or several), integer, time, url, role,
notificationType, category or json), else refuses it.';
