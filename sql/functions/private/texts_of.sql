create or replace function bookly_data.texts_of(value jsonb)
returns text[] language sql immutable as $$
    select case jsonb_typeof(value)
        when 'array' then array(select jsonb_array_elements_text(value))
        when 'string' then array[value #>> '{}'] end
$$;
comment on function bookly_data.texts_of(jsonb) is
    'A text or an array of texts as an array; null when it is neither.';
