-- What clients get back when they return, on whichever daemon. daemon and transport: who holds the
-- connection now; null: nobody. subscriptions has one member a channel. Rows are rewritten in place
-- (no index but the key), and touched at long intervals while a daemon holds them.
create table bookly_data.sessions (
    pid text primary key,
    sid text not null,
    user_id text not null,
    wire int not null,
    subscriptions jsonb not null default '{}',
    roles text[] not null default '{}',
    jti text,
    issued_at bigint,
    expires_at bigint,
    url text,
    daemon int,
    transport text,
    since timestamptz,
    touched_at timestamptz not null
) with (fillfactor = 75);

-- A daemon lives as long as its connection holds the advisory lock (1651209269, daemon).
create table bookly_data.daemons (
    daemon int primary key,
    name text not null,
    started_at timestamptz not null default clock_timestamp()
);
