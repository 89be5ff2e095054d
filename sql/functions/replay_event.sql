create or replace function bookly.replay_event(event_id text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_text('event_id', event_id, 1, 200, true);
    if not exists (select from bookly_data.events e where e.id = replay_event.event_id) then
        perform bookly_data.not_found('event');
    end if;
    insert into bookly_data.event_replays (event_id) values (replay_event.event_id);
end
$$;
comment on function bookly.replay_event(text) is
    'Pushes a stored event once more, as event:replayed. P0002 when there is none.';
revoke execute on function bookly.replay_event(text) from public;
grant execute on function bookly.replay_event(text) to bookly_service, bookly_fcgi;
