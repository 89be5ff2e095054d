create or replace function bookly_data.rule_notifications(rule bookly_data.notification_rules, event jsonb)
returns setof bookly_data.notifications language plpgsql as $$
declare
    title text := bookly_data.rule_fill(rule.title, event, 200);
    message text := bookly_data.rule_fill(rule.message, event, 4000);
    url text := bookly_data.rule_url(rule.action_url, event);
    users text[] := bookly_data.rule_users(rule.user_field, event, rule.role is null);
begin
    perform bookly_data.check_text('title', title, 1, 200, true)
        and bookly_data.check_text('message', message, 1, 4000, true);
    return query
        select bookly_data.uuid_v7(), r.user_id, r.role, rule.type, rule.category, title, message,
            jsonb_strip_nulls(jsonb_build_object('ruleId', rule.id, 'eventId', event -> 'eventId',
                'eventType', event -> 'eventType', 'service', event -> 'service',
                'aggregateType', event -> 'aggregateType', 'aggregateId', event -> 'aggregateId')),
            url, false, clock_timestamp()
        from (select u as user_id, null as role from unnest(users) u
              union all select null, rule.role where rule.role is not null) r;
end
$$;
comment on function bookly_data.rule_notifications(bookly_data.notification_rules, jsonb) is
    'The notifications that a rule makes of an event, one a receiver: what is previewed is what happens. Their
data names the event and holds nothing of its data, which may be more than a receiver should see.';
