create table bookly_data.dead_letters (
    id uuid primary key,
    event_id text not null references bookly_data.events,
    event_type text not null,
    normal_type text not null,
    service text not null,
    topic text not null,
    status text not null check (status in ('pending', 'retrying', 'failed', 'resolved')),
    error text not null,
    stack text,
    attempt_count int not null default 0,
    max_attempts int not null,
    total_attempts int not null default 0,
    -- pending: when it may be claimed; retrying: when the claim runs out.
    due_at timestamptz,
    resolution text,
    resolved_by text,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp()
);
create index dead_letters_due on bookly_data.dead_letters (due_at, id)
    where status in ('pending', 'retrying');
create index dead_letters_status on bookly_data.dead_letters (status, id);
create index dead_letters_event on bookly_data.dead_letters (event_id);
