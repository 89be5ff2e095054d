create or replace function bookly.notification_rule_put(rule_id text, request jsonb, actor text,
    out status int, out body text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    before bookly_data.notification_rules;
    after bookly_data.notification_rules;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true)
        and bookly_data.check_rule(request);
    perform coalesce(rule_id ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$', false)
        or bookly_data.refuse('id', 'must be 1 to 100 letters, digits, dots, colons, _ and -');
    -- Writers of rules are few; one after another they keep the ceiling, and the audit its order.
    lock table bookly_data.notification_rules in share row exclusive mode;
    select r.* into before from bookly_data.notification_rules r where r.id = rule_id;
    perform before.id is not null or (select count(*) < 500 from bookly_data.notification_rules)
        or bookly_data.refuse('id', 'there are 500 rules already');
    insert into bookly_data.notification_rules as r (id, event_type, normal_type, conditions, user_field, role,
        type, category, title, message, action_url, enabled, updated_by)
    values (rule_id, request ->> 'eventType', bookly_data.normal_event_type(request ->> 'eventType'),
        nullif(request -> 'conditions', 'null'), request ->> 'userField', request ->> 'role', request ->> 'type',
        request ->> 'category', request ->> 'title', request ->> 'message', request ->> 'actionUrl',
        coalesce((request ->> 'enabled')::boolean, true), actor)
    on conflict (id) do update
    set event_type = excluded.event_type, normal_type = excluded.normal_type, conditions = excluded.conditions,
        user_field = excluded.user_field, role = excluded.role, type = excluded.type,
        category = excluded.category, title = excluded.title, message = excluded.message,
        action_url = excluded.action_url, enabled = excluded.enabled, updated_at = excluded.updated_at,
        updated_by = excluded.updated_by
    returning r.* into after;
    -- What went wrong did so with another rule.
    delete from bookly_data.notification_rule_failures f where f.rule_id = after.id;
    body := bookly_data.rule_json(after);
    status := case when before.id is null then 201 else 200 end;
    insert into bookly_data.audit (actor, action, subject, details)
    values (notification_rule_put.actor, 'notification_rule_put', after.id,
        jsonb_build_object('before', to_jsonb(before), 'after', to_jsonb(after)));
end
$$;
comment on function bookly.notification_rule_put(text, jsonb, text) is
    'Makes (201) or replaces (200) a rule: {eventType, conditions?, userField?, role?, type, category, title,
message, actionUrl?, enabled?}. A rule that could not work is refused with the field''s name. Audited.';
revoke execute on function bookly.notification_rule_put(text, jsonb, text) from public;
grant execute on function bookly.notification_rule_put(text, jsonb, text) to bookly_fcgi;
