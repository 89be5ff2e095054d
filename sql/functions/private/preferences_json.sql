create or replace function bookly_data.preferences_json(user_id text, roles text[])
returns text language plpgsql stable as $$
begin
    return (select '{"mutedCategories":' || to_json(coalesce(max(i.muted), '{}')) || ',"unreadCount":'
            || bookly_data.inbox_unread(preferences_json.user_id, preferences_json.roles)
            || ',"version":' || coalesce(max(i.version), 0) || '}'
        from bookly_data.inboxes i where i.user_id = preferences_json.user_id);
end
$$;
comment on function bookly_data.preferences_json(text, text[]) is
    '{"mutedCategories", "unreadCount", "version"} of a user.';
