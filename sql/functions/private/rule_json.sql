create or replace function bookly_data.rule_json(r bookly_data.notification_rules)
returns text language sql stable as $$
    select '{"id":' || to_json(r.id) || ',"eventType":' || to_json(r.event_type)
        || ',"conditions":' || coalesce(r.conditions::text, 'null')
        || ',"userField":' || bookly_data.quote(r.user_field) || ',"role":' || bookly_data.quote(r.role)
        || ',"type":"' || r.type || '","category":"' || r.category || '","title":' || to_json(r.title)
        || ',"message":' || to_json(r.message) || ',"actionUrl":' || bookly_data.quote(r.action_url)
        || ',"enabled":' || r.enabled || ',"createdAt":' || bookly_data.quote_time(r.created_at)
        || ',"updatedAt":' || bookly_data.quote_time(r.updated_at)
        || ',"updatedBy":' || bookly_data.quote(r.updated_by)
        || ',"failures":' || coalesce((select '{"count":' || f.failures || ',"lastAt":'
                || bookly_data.quote_time(f.failed_at) || ',"eventId":' || bookly_data.quote(f.event_id)
                || ',"error":' || to_json(f.error) || '}'
            from bookly_data.notification_rule_failures f where f.rule_id = r.id), 'null') || '}'
$$;
comment on function bookly_data.rule_json(bookly_data.notification_rules) is 'A rule as lists and answers show it.';
