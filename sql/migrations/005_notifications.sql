-- Of a user (user_id) or of everybody with a role (role), never both.
create table bookly_data.notifications (
    id uuid primary key,
    user_id text,
    role text,
    type text not null check (type in ('info', 'success', 'warning', 'error', 'action_required')),
    category text not null
        check (category in ('event', 'user', 'resource', 'reservation', 'limit', 'error', 'system')),
    title text not null,
    message text not null,
    data jsonb,
    action_url text,
    read boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    check ((user_id is null) <> (role is null))
);
create index notifications_user on bookly_data.notifications (user_id, id) where user_id is not null;
create index notifications_unread on bookly_data.notifications (user_id) where not read;
create index notifications_role on bookly_data.notifications (role, id) where role is not null;

-- What one user did with a role's notification.
create table bookly_data.notification_states (
    user_id text not null,
    notification_id uuid not null references bookly_data.notifications on delete cascade,
    read boolean not null default false,
    deleted boolean not null default false,
    primary key (user_id, notification_id)
);
create index notification_states_notification on bookly_data.notification_states (notification_id);

-- version grows with each change of the user's inbox; roles are those last seen with a request of
-- the user, so that the count in a push is the count in that user's answers.
create table bookly_data.inboxes (
    user_id text primary key,
    version bigint not null default 0,
    unread int not null default 0,
    roles text[] not null default '{}'
);

-- Changes of the current transactions, on their way to the stream; no row outlives its transaction,
-- so a crash may empty the table.
create unlogged table bookly_data.inbox_changes (
    seq bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    user_id text,
    role text,
    notification_id uuid not null,
    change text not null check (change in ('created', 'read', 'unread', 'deleted')),
    delta int not null,
    payload text,
    version bigint,
    unread int
);
create index inbox_changes_xid on bookly_data.inbox_changes (xid, seq);
