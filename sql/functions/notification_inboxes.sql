create or replace function bookly.notification_inboxes(requests jsonb, unread_only boolean, max_records int)
returns table (ordinal int, body text, unread_count int, version bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare
    page int := bookly_data.check_limit(max_records);
    seen record;
begin
    perform jsonb_array_length(requests) <= 500
        or bookly_data.refuse('requests', 'must hold at most 500 inboxes');
    -- Where roles have changed, inboxes are locked in the users' order, as everywhere.
    for seen in
        select r."userId" as user_id, r.roles
        from jsonb_to_recordset(requests) r ("userId" text, roles text[])
        left join bookly_data.inboxes i on i.user_id = r."userId"
        where array(select distinct x from unnest(r.roles) x order by x) <> coalesce(i.roles, '{}')
        order by r."userId"
    loop
        perform bookly_data.inbox_see_roles(seen.user_id, seen.roles);
    end loop;
    -- One statement: list, count and version of an inbox belong together.
    return query
        select r.at::int, '[' || coalesce((
                select string_agg(bookly_data.notification_json(l.notification, l.read), ','
                    order by (l.notification).id desc)
                from bookly_data.inbox_rows(r.user_id, r.roles, unread_only, null, null, page, null) l), '') || ']',
            bookly_data.inbox_unread(r.user_id, r.roles),
            coalesce((select i.version from bookly_data.inboxes i where i.user_id = r.user_id), 0)
        from rows from (jsonb_to_recordset(requests) as ("userId" text, roles text[]))
            with ordinality r (user_id, roles, at);
end
$$;
comment on function bookly.notification_inboxes(jsonb, boolean, int) is
    'notification_inbox() for up to 500 users at once: [{"userId", "roles"}]. ordinal: the place of the
request, from 1.';
revoke execute on function bookly.notification_inboxes(jsonb, boolean, int) from public;
grant execute on function bookly.notification_inboxes(jsonb, boolean, int) to bookly_pushd;
