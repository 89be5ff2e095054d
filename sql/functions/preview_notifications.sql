create or replace function bookly.preview_notifications(event jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    subject jsonb;
    rule bookly_data.notification_rules;
    made bookly_data.notifications;
    notifications jsonb := '[]';
    muted jsonb := '[]';
    failures jsonb := '[]';
    problem text;
begin
    perform bookly_data.check_body(event, bookly_data.event_rules(), 'event.');
    subject := jsonb_strip_nulls(event - 'data' - 'metadata') || jsonb_build_object('data', event -> 'data',
        'metadata', event -> 'metadata', 'eventId', coalesce(event ->> 'eventId', bookly_data.uuid_v7()::text),
        'timestamp', bookly_data.iso_time(coalesce((event ->> 'timestamp')::timestamptz, clock_timestamp())));
    for rule in select r.* from bookly_data.notification_rules r
        where r.enabled and r.normal_type = bookly_data.normal_event_type(event ->> 'eventType')
          and bookly_data.rule_applies(r.conditions, subject) order by r.id
    loop
        begin
            for made in select n.* from bookly_data.rule_notifications(rule, subject) n loop
                if exists (select from bookly_data.inboxes i
                           where i.user_id = made.user_id and made.category = any (i.muted)) then
                    muted := muted || jsonb_build_object('ruleId', rule.id, 'userId', made.user_id);
                else
                    notifications := notifications || jsonb_build_object('ruleId', rule.id,
                        'userId', made.user_id, 'role', made.role, 'type', made.type, 'category', made.category,
                        'title', made.title, 'message', made.message, 'data', made.data,
                        'actionUrl', made.action_url);
                end if;
            end loop;
        exception when others then
            get stacked diagnostics problem = message_text;
            failures := failures || jsonb_build_object('ruleId', rule.id, 'error', problem);
        end;
    end loop;
    return jsonb_build_object('notifications', notifications, 'muted', muted, 'failures', failures);
end
$$;
comment on function bookly.preview_notifications(jsonb) is
    'What the rules would make of an event (as for POST /events), without doing it: {"notifications", "muted",
"failures"}. Pushes that have rules are previewed with their name as eventType: dlq:event:failed …';
revoke execute on function bookly.preview_notifications(jsonb) from public;
grant execute on function bookly.preview_notifications(jsonb) to bookly_fcgi;
