create or replace function bookly_data.log_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
begin
    done := bookly_data.stream_append(
        bookly_data.log_event(new.level), 'logs', null, null, new.level, new.service, new.context,
        bookly_data.log_json(new));
    return null;
end
$$;
comment on function bookly_data.log_push() is
    'Deferred trigger of logs: appends log:entry, log:warning or log:error.';
