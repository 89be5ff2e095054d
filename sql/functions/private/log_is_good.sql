create or replace function bookly_data.log_is_good(line jsonb)
returns boolean language sql immutable as $$
    -- What check_body() would say with log_rules(), in one expression: the common case of a batch.
    select coalesce(case when jsonb_typeof(line) <> 'object' then false
        else line - '{level,service,message,context,metadata,stack,timestamp}'::text[] = '{}'
            and line ->> 'level' in ('debug', 'info', 'warn', 'error')
            and jsonb_typeof(line -> 'service') = 'string'
            and length(line ->> 'service') between 1 and 100
            and jsonb_typeof(line -> 'message') = 'string'
            and length(line ->> 'message') between 1 and 32000
            and coalesce(jsonb_typeof(line -> 'context') in ('string', 'null'), true)
            and coalesce(length(line ->> 'context') <= 200, true)
            and coalesce(octet_length((line -> 'metadata')::text) <= 262144, true)
            and coalesce(jsonb_typeof(line -> 'stack') in ('string', 'null'), true)
            and coalesce(length(line ->> 'stack') <= 64000, true)
            and coalesce(jsonb_typeof(line -> 'timestamp') in ('string', 'null'), true)
            and (line ->> 'timestamp' is null or bookly_data.is_iso_time(line ->> 'timestamp'))
        end, false)
$$;
comment on function bookly_data.log_is_good(jsonb) is 'Whether a log line of a batch can be stored as it is.';
