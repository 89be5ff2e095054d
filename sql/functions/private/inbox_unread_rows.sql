create or replace function bookly_data.inbox_unread_rows(user_id text, roles text[])
returns table (notification_id uuid) language sql stable as $$
    select n.id from bookly_data.notifications n where n.user_id = inbox_unread_rows.user_id and not n.read
    union all
    select n.id from bookly_data.notifications n
    where n.role = any (roles)
      and not exists (select from bookly_data.notification_states s
          where s.user_id = inbox_unread_rows.user_id and s.notification_id = n.id and (s.read or s.deleted))
$$;
comment on function bookly_data.inbox_unread_rows(text, text[]) is
    'Unread notifications of a user: own ones, and those of the roles that the user has not read or deleted.
As a table in SQL it becomes part of the statement that asks.';
