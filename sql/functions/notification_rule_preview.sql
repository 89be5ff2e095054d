create or replace function bookly.notification_rule_preview(request jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(request, '{"event": {"is": "json", "required": true}}');
    return bookly.preview_notifications(request -> 'event')::text;
end
$$;
comment on function bookly.notification_rule_preview(jsonb) is 'preview_notifications() of {"event"}.';
revoke execute on function bookly.notification_rule_preview(jsonb) from public;
grant execute on function bookly.notification_rule_preview(jsonb) to bookly_fcgi;
