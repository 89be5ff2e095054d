create or replace function bookly_data.inbox_unread(user_id text, roles text[])
returns int language plpgsql stable as $$
begin
    return (select ((select count(*) from bookly_data.notifications n
             where n.user_id = inbox_unread.user_id and not n.read)
        + (select count(*) from bookly_data.notifications n
           where n.role = any (roles)
             and not exists (select from bookly_data.notification_states s
                 where s.user_id = inbox_unread.user_id and s.notification_id = n.id
                   and (s.read or s.deleted))))::int);
end
$$;
comment on function bookly_data.inbox_unread(text, text[]) is
    'Unread notifications of a user: own ones, and those of the roles that the user has not read or deleted.
In plpgsql, as all that is called often and reads a table: functions in SQL are planned anew at each call.';
