create or replace function bookly_data.inbox_trim(users text[], seen_roles text[])
returns void language plpgsql as $$
declare
    allowed int := (select s.max_notifications_per_user from bookly_data.settings s);
begin
    delete from bookly_data.notifications n using (
        select x.id from (
            select f.user_id as owner, count(*) as own from bookly_data.notifications f
            where f.user_id = any (users) group by f.user_id having count(*) > allowed) surplus,
        lateral (select y.id from bookly_data.notifications y where y.user_id = surplus.owner
                 order by y.read desc, y.id limit surplus.own - allowed) x) gone
    where n.id = gone.id;
    delete from bookly_data.notifications n using (
        select x.id from (
            select f.role as owner, count(*) as own from bookly_data.notifications f
            where f.role = any (seen_roles) group by f.role having count(*) > allowed) surplus,
        lateral (select y.id from bookly_data.notifications y where y.role = surplus.owner
                 order by y.id limit surplus.own - allowed for update skip locked) x) gone
    where n.id = gone.id;
end
$$;
comment on function bookly_data.inbox_trim(text[], text[]) is
    'Keeps the limit for the users (the oldest read one goes first, then the oldest) and, per role, for the
roles (the oldest goes). The users'' inboxes are locked by the caller.';
