create or replace function bookly_data.event_types_of(value jsonb)
returns text[] language sql immutable as $$
    select array_agg(bookly_data.normal_event_type(t)) from unnest(bookly_data.texts_of(value)) t
$$;
comment on function bookly_data.event_types_of(jsonb) is
    'An event type or an array of them in the form in which they are compared; null when there is none.';
