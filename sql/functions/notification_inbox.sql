create or replace function bookly.notification_inbox(user_id text, roles text[], unread_only boolean,
    max_records int, before uuid, out body text, out unread_count int, out version bigint)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    page int := bookly_data.check_limit(max_records);
begin
    perform bookly_data.inbox_see_roles(user_id, roles);
    -- One statement: list, count and version belong together.
    select '[' || coalesce((
            select string_agg(bookly_data.notification_json(l.notification, l.read), ',' order by (l.notification).id desc)
            from bookly_data.inbox_rows(user_id, roles, unread_only, null, null, page, before) l), '') || ']',
        bookly_data.inbox_unread(user_id, roles),
        coalesce((select i.version from bookly_data.inboxes i
                  where i.user_id = notification_inbox.user_id), 0)
    into body, unread_count, version;
end
$$;
comment on function bookly.notification_inbox(text, text[], boolean, int, uuid) is
    'A user''s notifications, newest first, with the unread count and the inbox''s version of the same moment.';
revoke execute on function bookly.notification_inbox(text, text[], boolean, int, uuid) from public;
grant execute on function bookly.notification_inbox(text, text[], boolean, int, uuid)
    to bookly_fcgi, bookly_pushd;
