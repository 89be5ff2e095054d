create or replace function bookly.write_log(
    level text,
    service text,
    context text,
    message text,
    metadata jsonb default null,
    stack text default null,
    logged_at timestamptz default null)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    good boolean;
begin
    good := bookly_data.check_one_of('level', level, '{debug,info,warn,error}', true)
        and bookly_data.check_text('service', service, 1, 100, true)
        and bookly_data.check_text('context', context, 0, 200, false)
        and bookly_data.check_text('message', message, 1, 32000, true)
        and bookly_data.check_json('metadata', metadata)
        and bookly_data.check_text('stack', stack, 0, 64000, false)
        and bookly_data.check_time('logged_at', logged_at);
    insert into bookly_data.logs (logged_at, level, service, context, message, metadata, stack)
    values (coalesce(logged_at, clock_timestamp()), level, service, context, message,
        bookly_data.redacted(metadata), stack);
end
$$;
comment on function bookly.write_log(text, text, text, text, jsonb, text, timestamptz) is
    'Keeps and pushes a log line; values under keys that name a secret are replaced by [redacted].';
revoke execute on function bookly.write_log(text, text, text, text, jsonb, text, timestamptz) from public;
grant execute on function bookly.write_log(text, text, text, text, jsonb, text, timestamptz)
    to bookly_service, bookly_fcgi;
