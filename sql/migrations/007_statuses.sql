create table bookly_data.statuses (
    kind text not null check (kind in ('service', 'component')),
    name text not null,
    status text not null check (status in ('up', 'degraded', 'down')),
    since timestamptz not null,
    last_seen timestamptz not null,
    details jsonb,
    primary key (kind, name)
);
