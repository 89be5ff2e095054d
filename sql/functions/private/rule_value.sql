create or replace function bookly_data.rule_value(event jsonb, field text)
returns jsonb language sql immutable as $$
    select coalesce(nullif(event #> path, 'null'), nullif(event #> ('{data}' || path), 'null'),
        nullif(event #> ('{metadata}' || path), 'null'))
    from (select string_to_array(field, '.')) x (path)
$$;
comment on function bookly_data.rule_value(jsonb, text) is
    'What a rule''s field means: the event''s own (eventId, userId …), else of its data, else of its metadata;
data.x and metadata.x say which. Null: the event has none.';
