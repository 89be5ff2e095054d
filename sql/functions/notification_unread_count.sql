create or replace function bookly.notification_unread_count(user_id text, roles text[])
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.inbox_see_roles(user_id, roles);
    return (select '{"count":' || bookly_data.inbox_unread(user_id, roles) || ',"version":' || coalesce((
        select i.version from bookly_data.inboxes i
        where i.user_id = notification_unread_count.user_id), 0) || '}');
end
$$;
comment on function bookly.notification_unread_count(text, text[]) is '{"count", "version"} of a user''s inbox.';
revoke execute on function bookly.notification_unread_count(text, text[]) from public;
grant execute on function bookly.notification_unread_count(text, text[]) to bookly_fcgi, bookly_pushd;
