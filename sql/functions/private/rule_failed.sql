create or replace function bookly_data.rule_failed(rule_id text, failures bigint, event_id text, error text)
returns void language plpgsql as $$
#variable_conflict use_column
declare
    now timestamptz := clock_timestamp();
    noted bookly_data.notification_rule_failures;
begin
    insert into bookly_data.notification_rule_failures as f
    select r.id, rule_failed.failures, now, rule_failed.event_id, left(rule_failed.error, 1000), now
    from bookly_data.notification_rules r where r.id = rule_failed.rule_id for key share
    on conflict (rule_id) do update
    set failures = f.failures + excluded.failures, failed_at = now, event_id = excluded.event_id,
        error = excluded.error,
        logged_at = case when f.logged_at < now - interval '1 minute' then now else f.logged_at end
    returning f.* into noted;
    -- A line a minute for a rule: events may come by thousands.
    if noted.logged_at = now then
        perform bookly.write_log('warn', 'bookly', 'NotificationRules',
            format('The rule %s made no notification of an event: %s', rule_id, noted.error),
            jsonb_build_object('ruleId', rule_id, 'eventId', noted.event_id, 'failures', noted.failures));
    end if;
end
$$;
comment on function bookly_data.rule_failed(text, bigint, text, text) is
    'Keeps count of what a rule could not do, and says so in the log once a minute.';
