create or replace function bookly_data.notification_types()
returns text[] language sql immutable as $$
    select '{info, success, warning, error, action_required}'::text[]
$$;
comment on function bookly_data.notification_types() is 'The types of notifications.';
