-- What each daemon measured last. Unlogged: a crash empties it, and daemons write it anew when they
-- are back. seconds: [[age in s, sum of ms, deliveries], …], recent: [[age in s, ms], …], both at
-- reported_at.
create unlogged table bookly_data.daemon_figures (
    daemon int primary key,
    reported_at timestamptz not null,
    uptime_ms bigint not null,
    websocket bigint not null,
    polling bigint not null,
    sse bigint not null,
    rss bigint not null,
    cpu double precision not null,
    seconds jsonb not null,
    recent jsonb not null
) with (fillfactor = 50);
