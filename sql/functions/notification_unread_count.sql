create or replace function bookly.notification_unread_count(user_id text, roles text[])
returns text language plpgsql volatile security definer as $$
begin
    -- What is asked most. Without a search_path of its own, which would cost as much as the question: no name or
    -- operator in here is looked up in the caller's. One statement: count and version belong together.
    return coalesce(
        (select pg_catalog.concat('{"count":', i.own_unread operator(pg_catalog.+) (
                    select pg_catalog.count(*) from bookly_data.inbox_shared_unread(i.user_id, i.roles, i.muted)),
                ',"version":', i.version, '}')
         from bookly_data.inboxes i
         where i.user_id operator(pg_catalog.=) notification_unread_count.user_id
           and i.roles operator(pg_catalog.=) notification_unread_count.roles),
        bookly_data.inbox_first_count(user_id, roles));
end
$$;
comment on function bookly.notification_unread_count(text, text[]) is '{"count", "version"} of a user''s inbox.';
revoke execute on function bookly.notification_unread_count(text, text[]) from public;
grant execute on function bookly.notification_unread_count(text, text[]) to bookly_fcgi, bookly_pushd;
