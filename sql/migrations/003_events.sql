create table bookly_data.events (
    position bigint generated always as identity,
    id text not null primary key,
    event_type text not null,
    normal_type text not null,
    service text not null,
    aggregate_type text,
    aggregate_id text,
    correlation_id text,
    causation_id text,
    user_id text,
    data jsonb,
    metadata jsonb,
    occurred_at timestamptz not null
);
-- Lists are newest first by time of occurrence; the position makes that order total.
create index events_time on bookly_data.events (occurred_at, position);
create index events_type on bookly_data.events (normal_type, occurred_at, position);
create index events_service on bookly_data.events (service, occurred_at, position);
create index events_aggregate on bookly_data.events (aggregate_id, occurred_at, position)
    where aggregate_id is not null;

create table bookly_data.event_replays (
    id bigint generated always as identity primary key,
    event_id text not null references bookly_data.events,
    replayed_at timestamptz not null default clock_timestamp()
);
