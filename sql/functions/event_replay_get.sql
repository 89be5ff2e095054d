create or replace function bookly.event_replay_get(replay_id uuid)
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select bookly_data.task_get('event_replay', replay_id)
$$;
comment on function bookly.event_replay_get(uuid) is
    'How far a replay is: {id, status, count, done, skipped, …} status running, completed or
cancelled. P0002 when there is none.';
revoke execute on function bookly.event_replay_get(uuid) from public;
grant execute on function bookly.event_replay_get(uuid) to bookly_fcgi;
