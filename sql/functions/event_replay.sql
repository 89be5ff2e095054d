create or replace function bookly.event_replay(actor text, body jsonb, idempotency_key text default null)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_event_replay(body);
    return bookly_data.task_create('event_replay', actor, body, null, idempotency_key);
end
$$;
comment on function bookly.event_replay(text, jsonb, text) is
    'Begins to push stored events once more as event:replayed, in the order in which they occurred: {"id", "count"}.
body: {eventTypes?, services?, aggregateTypes?, aggregateIds?, eventIds?, from?, to?, limit?}; the first limit of
those that keep every condition, none: all events.';
revoke execute on function bookly.event_replay(text, jsonb, text) from public;
grant execute on function bookly.event_replay(text, jsonb, text) to bookly_fcgi;
