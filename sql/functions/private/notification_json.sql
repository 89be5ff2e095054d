create or replace function bookly_data.notification_json(n bookly_data.notifications, read boolean)
returns text language sql stable as $$
    select '{"id":"' || n.id || '","userId":' || bookly_data.quote(n.user_id)
        || ',"type":"' || n.type || '","category":"' || n.category || '","title":' || to_json(n.title)
        || ',"message":' || to_json(n.message) || ',"data":' || coalesce(n.data::text, 'null')
        || ',"actionUrl":' || bookly_data.quote(n.action_url)
        || ',"read":' || read || ',"createdAt":' || bookly_data.quote_time(n.created_at) || '}'
$$;
comment on function bookly_data.notification_json(bookly_data.notifications, boolean) is
    'A NotificationDto; read is the reader''s own, which a role''s notification does not know.';
