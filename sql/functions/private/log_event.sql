create or replace function bookly_data.log_event(level text)
returns text language sql immutable as $$
    select case level when 'error' then 'log:error' when 'warn' then 'log:warning' else 'log:entry' end
$$;
comment on function bookly_data.log_event(text) is 'The push that tells of a log line.';
