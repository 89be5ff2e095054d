create or replace function bookly_data.inbox_unread(user_id text, roles text[])
returns int language plpgsql stable as $$
begin
    return coalesce(
        (select i.own_unread + (select count(*)::int
            from bookly_data.inbox_shared_unread(i.user_id, inbox_unread.roles, i.muted))
         from bookly_data.inboxes i where i.user_id = inbox_unread.user_id),
        (select count(*)::int from bookly_data.inbox_shared_unread(inbox_unread.user_id, inbox_unread.roles, '{}')));
end
$$;
comment on function bookly_data.inbox_unread(text, text[]) is
    'How many are unread. In plpgsql, as all that is called often and reads a table: functions in SQL that return
one value are planned anew at each call.';
