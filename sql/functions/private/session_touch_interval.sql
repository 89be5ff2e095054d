create or replace function bookly_data.session_touch_interval()
returns interval language sql stable as $$
    select least(interval '1 day', s.stream_retention_seconds / 2 * interval '1 second')
    from bookly_data.settings s
$$;
comment on function bookly_data.session_touch_interval() is
    'How old touched_at of a session may get before it is written anew though nothing else changed.';
