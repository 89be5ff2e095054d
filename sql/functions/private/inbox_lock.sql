create or replace function bookly_data.inbox_lock(user_id text, seen_roles text[])
returns bookly_data.inboxes language plpgsql as $$
#variable_conflict use_column
declare
    inbox bookly_data.inboxes;
    sorted text[] := array(select distinct r from unnest(seen_roles) r order by r);
begin
    insert into bookly_data.inboxes (user_id) values (inbox_lock.user_id) on conflict do nothing;
    select i.* into inbox from bookly_data.inboxes i where i.user_id = inbox_lock.user_id for update;
    if seen_roles is not null and inbox.roles <> sorted then
        update bookly_data.inboxes i set roles = sorted where i.user_id = inbox_lock.user_id;
        inbox.roles := sorted;
    end if;
    return inbox;
end
$$;
comment on function bookly_data.inbox_lock(text, text[]) is
    'Locks a user''s inbox, before any of its rows, and keeps the roles seen with the request (null: unknown).';
