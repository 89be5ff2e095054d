create or replace function bookly_data.inbox_changes_deleted()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into bookly_data.inbox_changes (user_id, role, notification_id, category, change, delta)
    select o.user_id, o.role, o.id, o.category, 'deleted', -(not o.read)::int from deleted o order by o.id;
    return null;
end
$$;
comment on function bookly_data.inbox_changes_deleted() is
    'Trigger of notifications: notes what was deleted.';
