create or replace function bookly.notification_list(user_id text, roles text[], unread_only boolean, type text,
    category text, max_records int, before uuid, out cursor text, out body text, out next text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    page int := bookly_data.check_limit(max_records);
    count int;
begin
    perform bookly_data.check_one_of('type', type, bookly_data.notification_types(), false)
        and bookly_data.check_one_of('category', category, bookly_data.category_names(), false);
    perform bookly_data.inbox_see_roles(user_id, roles);
    cursor := bookly.stream_cursor();
    select '[' || coalesce(string_agg(bookly_data.notification_json(r.notification, r.read), ',' order by r.rank)
            filter (where r.rank <= page), '') || ']',
        max((r.notification).id::text) filter (where r.rank = page), count(*)
    into body, next, count
    from (select l.notification, l.read, row_number() over (order by (l.notification).id desc) as rank
          from bookly_data.inbox_rows(user_id, roles, unread_only, type, category, page + 1, before) l) r;
    if count <= page then
        next := null;
    end if;
end
$$;
comment on function bookly.notification_list(text, text[], boolean, text, text, int, uuid) is
    'A page of a user''s notifications, own and of the roles, newest first. next is the `before` of the
next page.';
revoke execute on function bookly.notification_list(text, text[], boolean, text, text, int, uuid) from public;
grant execute on function bookly.notification_list(text, text[], boolean, text, text, int, uuid)
    to bookly_fcgi, bookly_pushd;
