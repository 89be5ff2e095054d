create or replace function bookly_data.normal_event_type(event_type text)
returns text language sql immutable as $$
    select regexp_replace(translate(lower(event_type collate "C"), '_-', '..'), '^bookly\.', '')
$$;
comment on function bookly_data.normal_event_type(text) is
    'The form in which event types are compared: RESOURCE_CREATED = resource.created.';
