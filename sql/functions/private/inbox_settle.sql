create or replace function bookly_data.inbox_settle()
returns void language plpgsql as $$
declare
    this_xid xid8 := pg_current_xact_id();
    users text[] := array(select distinct c.user_id from bookly_data.inbox_changes c
        where c.xid = this_xid and c.version is null and c.user_id is not null order by c.user_id);
    created_for text[] := array(select distinct c.user_id from bookly_data.inbox_changes c
        where c.xid = this_xid and c.version is null and c.user_id is not null and c.change = 'created');
    created_roles text[] := array(select distinct c.role from bookly_data.inbox_changes c
        where c.xid = this_xid and c.role is not null and c.change = 'created');
    mutes boolean;
begin
    -- In one order everywhere, so that writers for many users never wait in a circle.
    insert into bookly_data.inboxes (user_id) select u from unnest(users) u order by u
    on conflict do nothing;
    select coalesce(bool_or(x.muted <> '{}'), false) into mutes
    from (select i.muted from bookly_data.inboxes i where i.user_id = any (users)
          order by i.user_id for update) x;
    if mutes then
        -- What its user has muted is not written.
        delete from bookly_data.notifications n using bookly_data.inbox_changes c, bookly_data.inboxes i
        where c.xid = this_xid and c.version is null and c.change = 'created' and i.user_id = c.user_id
          and c.category = any (i.muted) and n.id = c.notification_id;
    end if;
    if created_for <> '{}' or created_roles <> '{}' then
        perform bookly_data.inbox_trim(created_for, created_roles);
    end if;
    if mutes then
        delete from bookly_data.inbox_changes c using bookly_data.inboxes i
        where c.xid = this_xid and c.version is null and i.user_id = c.user_id and c.category = any (i.muted);
    end if;
    update bookly_data.inboxes i
    set version = i.version + c.changes, own_unread = (
        select count(*) from bookly_data.notifications n
        where n.user_id = i.user_id and not n.read and n.category <> all (i.muted))
    from (select c.user_id, count(*) as changes from bookly_data.inbox_changes c
          where c.xid = this_xid and c.version is null and c.user_id is not null
          group by c.user_id) c
    where i.user_id = c.user_id;
    -- The last change shows the inbox's count, each earlier one what it was before those after it.
    -- Each inbox is counted once, whatever way the planner takes when it knows nothing of the tables.
    with i as materialized (
        select x.user_id, x.version, bookly_data.inbox_unread(x.user_id, x.roles) as unread
        from bookly_data.inboxes x where x.user_id = any (users))
    update bookly_data.inbox_changes c set version = v.version, unread = v.unread
    from (select c.seq,
            i.version - count(*) over later as version,
            i.unread - coalesce(sum(c.delta) over later, 0) as unread
          from bookly_data.inbox_changes c join i on i.user_id = c.user_id
          where c.xid = this_xid and c.version is null
          window later as (partition by c.user_id order by c.seq
              rows between 1 following and unbounded following)) v
    where c.seq = v.seq;
end
$$;
comment on function bookly_data.inbox_settle() is
    'Gives the changes that this transaction made to inboxes their versions and counts, under the locks of
these inboxes, takes out what is muted, and keeps the limit. At the commit, or at once where an answer needs the figures.';
