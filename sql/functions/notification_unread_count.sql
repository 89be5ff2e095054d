create or replace function bookly.notification_unread_count(user_id text, roles text[])
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer text;
    known text[];
begin
    -- One statement: count and version belong together.
    select '{"count":' || (select count(*) from bookly_data.inbox_unread_rows(i.user_id, notification_unread_count.roles))
        || ',"version":' || i.version || '}', i.roles
    into answer, known
    from bookly_data.inboxes i where i.user_id = notification_unread_count.user_id;
    if known is distinct from notification_unread_count.roles then
        perform bookly_data.inbox_see_roles(user_id, roles);
        answer := coalesce(answer, '{"count":' || bookly_data.inbox_unread(user_id, roles) || ',"version":0}');
    end if;
    return answer;
end
$$;
comment on function bookly.notification_unread_count(text, text[]) is '{"count", "version"} of a user''s inbox.';
revoke execute on function bookly.notification_unread_count(text, text[]) from public;
grant execute on function bookly.notification_unread_count(text, text[]) to bookly_fcgi, bookly_pushd;
