create or replace function bookly_data.inbox_changes_updated()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into bookly_data.inbox_changes (user_id, role, notification_id, category, change, delta)
    select n.user_id, n.role, n.id, n.category, case when n.read then 'read' else 'unread' end,
        case when n.read then -1 else 1 end
    from after_update n join before_update o using (id) where n.read <> o.read order by n.id;
    return null;
end
$$;
comment on function bookly_data.inbox_changes_updated() is
    'Trigger of notifications: notes what became read or unread.';
