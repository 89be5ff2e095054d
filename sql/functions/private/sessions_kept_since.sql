create or replace function bookly_data.sessions_kept_since(held boolean)
returns timestamptz language sql stable as $$
    -- When a daemon died is not known. What it held was touched that much earlier at most; the hour
    -- is that between two calls of stream_upkeep().
    select clock_timestamp() - s.stream_retention_seconds * interval '1 second'
        - case when held then bookly_data.session_touch_interval() + interval '1 hour' else interval '0' end
    from bookly_data.settings s
$$;
comment on function bookly_data.sessions_kept_since(boolean) is
    'Sessions touched before cannot be resumed: STREAM_RETENTION is over since their connection ended. held: of
those that a daemon holds, or held when it died.';
