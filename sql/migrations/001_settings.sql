-- One row; pushd writes its settings here at start, the functions read them.
create table bookly_data.settings (
    only_row boolean primary key default true check (only_row),
    max_notifications_per_user int not null default 100,
    log_buffer_size int not null default 1000,
    dlq_claim_timeout_seconds int not null default 60,
    stream_retention_seconds int not null default 604800
);
insert into bookly_data.settings default values;

-- The first answer given for an idempotency key; a repeat gets the same one.
create table bookly_data.idempotency (
    actor text not null,
    key text not null,
    digest bytea not null,
    answer text not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (actor, key)
);
create index idempotency_created_at on bookly_data.idempotency using brin (created_at);

-- What operators did to dead letters, kept when the record itself is deleted.
create table bookly_data.audit (
    id bigint generated always as identity primary key,
    at timestamptz not null default clock_timestamp(),
    actor text not null,
    action text not null,
    subject text not null,
    details jsonb
);
