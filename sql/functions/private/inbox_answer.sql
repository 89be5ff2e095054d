create or replace function bookly_data.inbox_answer(user_id text, seen_roles text[], changed int default null)
returns text language plpgsql as $$
begin
    perform bookly_data.inbox_settle();
    return (select '{"success":true' || coalesce(',"count":' || changed, '')
            || ',"unreadCount":' || bookly_data.inbox_unread(i.user_id, coalesce(seen_roles, i.roles))
            || ',"version":' || i.version || '}'
        from bookly_data.inboxes i where i.user_id = inbox_answer.user_id);
end
$$;
comment on function bookly_data.inbox_answer(text, text[], int) is
    'The answer to a change of an inbox that the caller has locked: {"success", "count"?, "unreadCount", "version"}.';
