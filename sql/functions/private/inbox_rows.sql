create or replace function bookly_data.inbox_rows(user_id text, roles text[], unread_only boolean, type text,
    category text, max_rows int, before uuid)
returns table (notification bookly_data.notifications, read boolean) language sql stable as $$
    -- Each part is read along its index, newest first, and no further than a page; the muted categories are
    -- looked up once.
    select r.n, r.read from (
        (select n, n.read as read from bookly_data.notifications n
         where n.user_id = inbox_rows.user_id and (unread_only is not true or not n.read)
           and (inbox_rows.type is null or n.type = inbox_rows.type)
           and (inbox_rows.category is null or n.category = inbox_rows.category)
           and n.category <> all (coalesce((select i.muted from bookly_data.inboxes i
               where i.user_id = inbox_rows.user_id), '{}'))
           and n.id < coalesce(before, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
         order by n.id desc limit max_rows)
        union all
        select o.n, o.read from unnest(roles) seen (role), lateral (
            select n, coalesce(s.read, false) as read
            from bookly_data.notifications n
            left join bookly_data.notification_states s
                on s.user_id = inbox_rows.user_id and s.notification_id = n.id
            where n.role = seen.role and s.deleted is not true and (unread_only is not true or s.read is not true)
              and (inbox_rows.type is null or n.type = inbox_rows.type)
              and (inbox_rows.category is null or n.category = inbox_rows.category)
              and n.category <> all (coalesce((select i.muted from bookly_data.inboxes i
                  where i.user_id = inbox_rows.user_id), '{}'))
              and n.id < coalesce(before, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            order by n.id desc limit max_rows) o) r
    order by (r.n).id desc limit max_rows
$$;
comment on function bookly_data.inbox_rows(text, text[], boolean, text, text, int, uuid) is
    'A user''s notifications, own and of the roles, newest first, with the user''s own read mark, but for what
the user has muted.';
