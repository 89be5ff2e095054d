create or replace function bookly_data.inbox_first_count(user_id text, roles text[])
returns text language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.inbox_see_roles(user_id, roles);
    return (select '{"count":' || bookly_data.inbox_unread(inbox_first_count.user_id, inbox_first_count.roles)
        || ',"version":' || coalesce(max(i.version), 0) || '}'
        from bookly_data.inboxes i where i.user_id = inbox_first_count.user_id);
end
$$;
comment on function bookly_data.inbox_first_count(text, text[]) is
    'What notification_unread_count() does for a user without an inbox, or seen with other roles than before.';
