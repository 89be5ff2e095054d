-- What an operator began and the daemons do in slices: a replay of events, a redrive of dead letters.
-- done counts the records handled, skipped those of them that were left out; next_at is when the next
-- record is due; worker the daemon that did the last slice.
create table bookly_data.tasks (
    id uuid primary key,
    kind text not null check (kind in ('event_replay', 'dlq_redrive')),
    status text not null default 'running' check (status in ('running', 'completed', 'cancelled')),
    actor text not null,
    request jsonb not null,
    rate int,
    total int not null,
    done int not null default 0,
    skipped int not null default 0,
    worker int,
    next_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz
) with (fillfactor = 50);
-- None of its columns changes with a slice: the row is rewritten in place.
create index tasks_running on bookly_data.tasks (id) where status = 'running';

-- What running tasks have yet to handle, in order: 100 records a row, part number n those from n * 100 on.
create table bookly_data.task_parts (
    task_id uuid not null,
    number int not null,
    items text[] not null,
    primary key (task_id, number)
);
