create or replace function bookly_data.inbox_mark(
    user_id text, seen_roles text[], notification_id uuid, mark text)
returns text language plpgsql as $$
declare
    inbox bookly_data.inboxes;
    target bookly_data.notifications;
    mine bookly_data.notification_states;
begin
    perform bookly_data.check_text('user_id', user_id, 1, 128, true)
        and (notification_id is not null or bookly_data.refuse('notification_id', 'is required'));
    inbox := bookly_data.inbox_lock(inbox_mark.user_id, seen_roles);
    select n.* into target from bookly_data.notifications n
    where n.id = notification_id
      and (n.user_id = inbox_mark.user_id or n.role = any (inbox.roles))
      and n.category <> all (inbox.muted);
    perform found or bookly_data.not_found('notification');
    if target.user_id is not null then
        if mark = 'deleted' then
            delete from bookly_data.notifications n where n.id = target.id;
        else
            update bookly_data.notifications n set read = (mark = 'read')
            where n.id = target.id and n.read <> (mark = 'read');
        end if;
        return bookly_data.inbox_answer(inbox_mark.user_id, seen_roles);
    end if;
    select s.* into mine from bookly_data.notification_states s
    where s.user_id = inbox_mark.user_id and s.notification_id = target.id;
    perform mine.deleted is not true or bookly_data.not_found('notification');
    if mark = 'deleted' or coalesce(mine.read, false) <> (mark = 'read') then
        insert into bookly_data.notification_states as s (user_id, notification_id, read, deleted)
        values (inbox_mark.user_id, target.id, mark = 'read', mark = 'deleted')
        on conflict on constraint notification_states_pkey do update
        set read = excluded.read, deleted = excluded.deleted;
        insert into bookly_data.inbox_changes (user_id, notification_id, category, change, delta)
        values (inbox_mark.user_id, target.id, target.category, mark, case when mark = 'unread' then 1
            when mine.read then 0 else -1 end);
    end if;
    return bookly_data.inbox_answer(inbox_mark.user_id, seen_roles);
end
$$;
comment on function bookly_data.inbox_mark(text, text[], uuid, text) is
    'Marks a notification of the user''s inbox as read, unread or deleted; a repeat changes and pushes nothing.';
