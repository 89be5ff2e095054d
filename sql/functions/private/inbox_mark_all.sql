create or replace function bookly_data.inbox_mark_all(user_id text, seen_roles text[], mark text)
returns text language plpgsql as $$
declare
    inbox bookly_data.inboxes;
    own int;
    shared int;
begin
    perform bookly_data.check_text('user_id', user_id, 1, 128, true);
    inbox := bookly_data.inbox_lock(inbox_mark_all.user_id, seen_roles);
    if mark = 'deleted' then
        delete from bookly_data.notifications n
        where n.user_id = inbox_mark_all.user_id and n.category <> all (inbox.muted);
    else
        update bookly_data.notifications n set read = true
        where n.user_id = inbox_mark_all.user_id and not n.read and n.category <> all (inbox.muted);
    end if;
    get diagnostics own = row_count;
    with changed as (
        select n.id, n.category, s.read is true as was_read from bookly_data.notifications n
        left join bookly_data.notification_states s
            on s.user_id = inbox_mark_all.user_id and s.notification_id = n.id
        where n.role = any (inbox.roles) and s.deleted is not true and n.category <> all (inbox.muted)
          and (mark = 'deleted' or s.read is not true)),
    states as (
        insert into bookly_data.notification_states (user_id, notification_id, read, deleted)
        select inbox_mark_all.user_id, c.id, true, mark = 'deleted' from changed c
        on conflict on constraint notification_states_pkey do update
        set read = excluded.read, deleted = excluded.deleted)
    insert into bookly_data.inbox_changes (user_id, notification_id, category, change, delta)
    select inbox_mark_all.user_id, c.id, c.category, mark, -(not c.was_read)::int from changed c order by c.id;
    get diagnostics shared = row_count;
    return bookly_data.inbox_answer(inbox_mark_all.user_id, seen_roles, own + shared);
end
$$;
comment on function bookly_data.inbox_mark_all(text, text[], text) is
    'Marks the whole inbox as read or deleted, but for what its user has muted.';
