-- What the REST routes of the gateway read: inboxes, role-wide notifications included, and events in the order of a
-- sequence.
create table notifications (
    id bigint generated always as identity primary key,
    user_id text,
    role text,
    type text not null,
    category text not null,
    title text not null,
    message text not null,
    data jsonb,
    action_url text,
    read boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    check (num_nonnulls(user_id, role) = 1)
);
create index on notifications (user_id, id desc);
create index on notifications (user_id) where not read;
create index on notifications (role, id desc);

-- what a user has done with a notification to a role
create table role_states (
    user_id text not null,
    notification_id bigint not null references notifications on delete cascade,
    primary key (user_id, notification_id)
);

create table inboxes (
    user_id text primary key,
    version bigint not null default 0
);

create table logs (
    id bigint generated always as identity primary key,
    level text not null,
    service text not null,
    context text,
    message text not null,
    metadata jsonb,
    logged_at timestamptz not null default clock_timestamp()
);

alter table events add column seq bigint generated always as identity;
create unique index on events (seq);
