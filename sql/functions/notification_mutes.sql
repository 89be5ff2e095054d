create or replace function bookly.notification_mutes()
returns table (user_id text, categories text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select i.user_id, array_to_string(i.muted, ',') from bookly_data.inboxes i where i.muted <> '{}'
$$;
comment on function bookly.notification_mutes() is
    'Who has muted which categories, with commas. What changes later is told by mutes:changed in the stream.';
revoke execute on function bookly.notification_mutes() from public;
grant execute on function bookly.notification_mutes() to bookly_pushd;
