-- The events of the gateway: stored, and told by NOTIFY inside the transaction, as the manuals of pg and Socket.IO show it.
create table events (
    id uuid primary key default gen_random_uuid(),
    event_type text not null,
    service text not null,
    aggregate_type text,
    aggregate_id text,
    data jsonb,
    occurred_at timestamptz not null default clock_timestamp()
);
create index on events (occurred_at desc);

create function tell_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('bookly', json_build_object('event', 'event:created', 'channel', 'events', 'data',
        json_strip_nulls(json_build_object(
            'eventId', new.id, 'eventType', new.event_type, 'service', new.service,
            'timestamp', to_char(new.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'aggregateType', new.aggregate_type, 'aggregateId', new.aggregate_id, 'data', new.data)))::text);
    return new;
end $$;

create trigger tell after insert on events for each row execute function tell_event();

create function publish_event(event_type text, service text, data jsonb) returns uuid language sql as $$
    insert into events (event_type, service, data) values ($1, $2, $3) returning id
$$;
