create or replace function bookly_data.inbox_see_roles(user_id text, seen_roles text[])
returns void language plpgsql as $$
declare
    known text[] := coalesce(
        (select i.roles from bookly_data.inboxes i where i.user_id = inbox_see_roles.user_id), '{}');
begin
    -- Only where something differs: reading an inbox writes nothing as a rule.
    if seen_roles <> known and array(select distinct r from unnest(seen_roles) r order by r) <> known then
        perform bookly_data.inbox_lock(inbox_see_roles.user_id, seen_roles);
    end if;
end
$$;
comment on function bookly_data.inbox_see_roles(text, text[]) is
    'Keeps the roles with which a user was last seen; the counts in pushes are made with them.';
