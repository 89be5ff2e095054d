-- The ordered, durable list of what is pushed. Ids come from a sequence that gives each number once
-- and in order (cache 1, no cycle, increment 1): readers rely on it.
create sequence bookly_data.stream_id_seq as bigint increment 1 cache 1 no cycle;

create table bookly_data.stream (
    id bigint not null,
    at timestamptz not null,
    event text not null,
    channel text not null,
    user_id text,
    role text,
    key1 text,
    key2 text,
    key3 text,
    payload text not null
) partition by range (at);
create index stream_id on bookly_data.stream (id);

-- The highest id that retention has dropped: a position below it has lost rows.
create table bookly_data.stream_floor (
    only_row boolean primary key default true check (only_row),
    id bigint not null default 0
);
insert into bookly_data.stream_floor default values;
