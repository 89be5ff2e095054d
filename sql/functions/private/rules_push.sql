create or replace function bookly_data.rules_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.stream_append('rules:changed', 'control', null, null, null, null, null, '{}');
    return null;
end
$$;
comment on function bookly_data.rules_push() is
    'Deferred trigger of notification_rules: appends rules:changed for the daemons.';
