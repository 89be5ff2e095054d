create or replace function bookly.notification_get(user_id text, roles text[], notification_id uuid)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer text;
begin
    select bookly_data.notification_json(n,
        case when n.user_id is null then coalesce(s.read, false) else n.read end) into answer
    from bookly_data.notifications n
    left join bookly_data.notification_states s
        on s.user_id = notification_get.user_id and s.notification_id = n.id and n.user_id is null
    where n.id = notification_get.notification_id
      and (n.user_id = notification_get.user_id or n.role = any (roles)) and s.deleted is not true
      and n.category <> all (coalesce((select i.muted from bookly_data.inboxes i
          where i.user_id = notification_get.user_id), '{}'));
    perform answer is not null or bookly_data.not_found('notification');
    return answer;
end
$$;
comment on function bookly.notification_get(text, text[], uuid) is
    'A notification of the user or of one of the roles; P0002 for any other.';
revoke execute on function bookly.notification_get(text, text[], uuid) from public;
grant execute on function bookly.notification_get(text, text[], uuid) to bookly_fcgi, bookly_pushd;
