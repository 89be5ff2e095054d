create or replace function bookly.event_replay_preview(body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_event_replay(body);
    return bookly_data.task_preview('event_replay', body);
end
$$;
comment on function bookly.event_replay_preview(jsonb) is
    'How many events event_replay() would push now: {"count"}. The same body, the same refusals, and nothing begins.';
revoke execute on function bookly.event_replay_preview(jsonb) from public;
grant execute on function bookly.event_replay_preview(jsonb) to bookly_fcgi;
