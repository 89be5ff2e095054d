create or replace function bookly_data.task_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
begin
    done := bookly_data.stream_append('task:added', 'control', null, null, null, null, null,
        '{"id":"' || new.id || '"}');
    return null;
end
$$;
comment on function bookly_data.task_push() is
    'Deferred trigger of tasks: appends task:added for the daemons.';
