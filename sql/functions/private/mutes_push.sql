create or replace function bookly_data.mutes_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.stream_append('mutes:changed', 'control', null, null, null, null, null,
        '{"userId":' || to_json(new.user_id) || ',"muted":"' || array_to_string(new.muted, ',') || '"}');
    return null;
end
$$;
comment on function bookly_data.mutes_push() is
    'Deferred trigger of inboxes: appends mutes:changed for the daemons.';
