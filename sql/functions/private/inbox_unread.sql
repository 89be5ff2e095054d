create or replace function bookly_data.inbox_unread(user_id text, roles text[])
returns int language plpgsql stable as $$
begin
    return coalesce((select i.own_unread from bookly_data.inboxes i where i.user_id = inbox_unread.user_id), 0)
        + (select count(*)::int from bookly_data.inbox_shared_unread(user_id, roles));
end
$$;
comment on function bookly_data.inbox_unread(text, text[]) is
    'How many are unread. In plpgsql, as all that is called often and reads a table: functions in SQL that return
one value are planned anew at each call.';
