create or replace function bookly.notification_delete(
    user_id text, notification_id uuid, roles text[] default null)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    return bookly_data.inbox_mark(user_id, roles, notification_id, 'deleted');
end
$$;
comment on function bookly.notification_delete(text, uuid, text[]) is
    'Deletes a notification from the users inbox: {"success", "unreadCount", "version"}; P0002 when the user has none
such. roles: those of the user, null: as last seen.';
revoke execute on function bookly.notification_delete(text, uuid, text[]) from public;
grant execute on function bookly.notification_delete(text, uuid, text[]) to bookly_fcgi, bookly_pushd;
