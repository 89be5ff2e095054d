create or replace function bookly.notification_read_all(user_id text, roles text[] default null)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    return bookly_data.inbox_mark_all(user_id, roles, 'read');
end
$$;
comment on function bookly.notification_read_all(text, text[]) is
    'Marks every unread notification of the user as read: {"success", "count", "unreadCount", "version"}; pushed one by one.
roles: those of the user, null: as last seen.';
revoke execute on function bookly.notification_read_all(text, text[]) from public;
grant execute on function bookly.notification_read_all(text, text[]) to bookly_fcgi, bookly_pushd;
