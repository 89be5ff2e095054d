create or replace function bookly.notification_preferences(user_id text, roles text[])
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.inbox_see_roles(user_id, roles);
    return bookly_data.preferences_json(user_id, roles);
end
$$;
comment on function bookly.notification_preferences(text, text[]) is
    'What a user has muted: {"mutedCategories", "unreadCount", "version"}.';
revoke execute on function bookly.notification_preferences(text, text[]) from public;
grant execute on function bookly.notification_preferences(text, text[]) to bookly_fcgi, bookly_pushd;
