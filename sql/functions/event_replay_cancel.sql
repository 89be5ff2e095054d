create or replace function bookly.event_replay_cancel(replay_id uuid, actor text)
returns text language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select bookly_data.task_cancel('event_replay', replay_id, actor)
$$;
comment on function bookly.event_replay_cancel(uuid, text) is
    'Ends a running replay where it is, and answers how far it came. P0002 when there is none, BK409 when it has
finished.';
revoke execute on function bookly.event_replay_cancel(uuid, text) from public;
grant execute on function bookly.event_replay_cancel(uuid, text) to bookly_fcgi;
