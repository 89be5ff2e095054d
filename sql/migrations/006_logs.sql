create table bookly_data.logs (
    id bigint generated always as identity primary key,
    logged_at timestamptz not null,
    level text not null check (level in ('debug', 'info', 'warn', 'error')),
    service text not null,
    context text,
    message text not null,
    metadata jsonb,
    stack text
);
