-- Tokens that count no more: one (jti), or all of a user that were issued up to a second. Kept until
-- the last of them has run out by itself.
create table bookly_data.revocations (
    id bigint generated always as identity primary key,
    jti text,
    user_id text,
    before_s bigint,
    actor text not null,
    at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    check ((jti is null) = (user_id is not null and before_s is not null)),
    check (jti is null or (user_id is null and before_s is null))
);
create index revocations_jti on bookly_data.revocations (jti) where jti is not null;
create index revocations_user on bookly_data.revocations (user_id, before_s) where user_id is not null;

-- One-time tickets, by their digest: the table cannot be used to come in. They live for seconds, so
-- that a crash may empty it.
create unlogged table bookly_data.tickets (
    digest bytea primary key,
    user_id text not null,
    roles text[] not null,
    issued_at bigint,
    expires_at bigint,
    jti text,
    seq bigint generated always as identity,
    valid_until timestamptz not null
);
create index tickets_user on bookly_data.tickets (user_id, seq);
