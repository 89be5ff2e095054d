create or replace function bookly_data.inbox_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    this_xid xid8 := pg_current_xact_id();
begin
    -- The first of a transaction does it for all, so that all inboxes are locked in order.
    if not exists (select from bookly_data.inbox_changes c where c.seq = new.seq) then
        return null;
    end if;
    if exists (select from bookly_data.inbox_changes c
               where c.xid = this_xid and c.version is null and c.user_id is not null)
        or new.change = 'created' then
        perform bookly_data.inbox_settle();
    end if;
    perform bookly_data.stream_append(
        'notification:' || c.change,
        'notifications', c.user_id, c.role, c.category, null, null,
        case when c.change = 'created' then left(c.payload, -1) || figures || '}'
            else '{"notificationId":"' || c.notification_id || '"' || figures || '}' end)
    from (select c.*, coalesce(',"unreadCount":' || c.unread || ',"version":' || c.version, '') as figures
          from bookly_data.inbox_changes c
          -- There is no push for "unread again": notification:read would say the contrary.
          where c.xid = this_xid and c.change <> 'unread' order by c.seq) c;
    delete from bookly_data.inbox_changes c where c.xid = this_xid;
    return null;
end
$$;
comment on function bookly_data.inbox_push() is
    'Deferred trigger of inbox_changes: appends notification:created, :read and :deleted.';
