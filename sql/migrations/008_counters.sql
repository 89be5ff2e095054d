-- Folded totals. Events are counted from the stream: everything up to `folded` is in here, the rows
-- after it are added when reading, so writers append nothing of their own for them.
create table bookly_data.counters (
    kind text not null,
    key text not null,
    value bigint not null,
    primary key (kind, key)
);
create table bookly_data.counters_position (
    only_row boolean primary key default true check (only_row),
    folded bigint not null default 0
);
insert into bookly_data.counters_position default values;

-- Events a second, the last minutes only.
create table bookly_data.event_ticks (
    second timestamptz primary key,
    events bigint not null
);

-- One row for each change of a dead letter's status, until it is folded; null from = new,
-- null to = deleted.
create table bookly_data.dead_letter_changes (
    from_status text,
    to_status text,
    topic text not null,
    service text not null,
    event_type text not null
);
