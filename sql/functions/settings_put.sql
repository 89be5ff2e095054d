create or replace function bookly.settings_put(settings jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(settings, '{
        "maxNotificationsPerUser": {"is": "integer", "min": 1, "max": 10000},
        "logBufferSize": {"is": "integer", "min": 1, "max": 100000},
        "dlqClaimTimeoutSeconds": {"is": "integer", "min": 1, "max": 86400},
        "streamRetentionSeconds": {"is": "integer", "min": 3600, "max": 31536000}}');
    -- Nothing is written when nothing differs.
    update bookly_data.settings s
    set max_notifications_per_user = n.notifications, log_buffer_size = n.logs,
        dlq_claim_timeout_seconds = n.claim, stream_retention_seconds = n.retention
    from (select coalesce((settings ->> 'maxNotificationsPerUser')::int, o.max_notifications_per_user),
            coalesce((settings ->> 'logBufferSize')::int, o.log_buffer_size),
            coalesce((settings ->> 'dlqClaimTimeoutSeconds')::int, o.dlq_claim_timeout_seconds),
            coalesce((settings ->> 'streamRetentionSeconds')::int, o.stream_retention_seconds)
          from bookly_data.settings o) n (notifications, logs, claim, retention)
    where (s.max_notifications_per_user, s.log_buffer_size, s.dlq_claim_timeout_seconds,
           s.stream_retention_seconds) is distinct from (n.notifications, n.logs, n.claim, n.retention);
end
$$;
comment on function bookly.settings_put(jsonb) is
    'Keeps the daemon''s settings where the functions read them; absent ones stay.';
revoke execute on function bookly.settings_put(jsonb) from public;
grant execute on function bookly.settings_put(jsonb) to bookly_pushd;
