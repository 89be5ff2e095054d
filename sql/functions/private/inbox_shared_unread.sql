create or replace function bookly_data.inbox_shared_unread(user_id text, roles text[], muted text[])
returns table (notification_id uuid) language sql stable
begin atomic
    select n.id from bookly_data.notifications n
    where n.role = any (roles) and n.category <> all (muted)
      and not exists (select from bookly_data.notification_states s
          where s.user_id = inbox_shared_unread.user_id and s.notification_id = n.id and (s.read or s.deleted));
end;
comment on function bookly_data.inbox_shared_unread(text, text[], text[]) is
    'Notifications of the roles that the user has neither read nor deleted nor muted. As a table in SQL it becomes part of
the statement that asks; its names are bound here, so that it may be one without a search_path.';
