create or replace function bookly_data.inbox_changes_created()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into bookly_data.inbox_changes (user_id, role, notification_id, category, change, delta, payload)
    select n.user_id, n.role, n.id, n.category, 'created', (not n.read)::int,
        bookly_data.notification_json(n, n.read)
    from created n order by n.id;
    return null;
end
$$;
comment on function bookly_data.inbox_changes_created() is
    'Trigger of notifications: notes what was created.';
