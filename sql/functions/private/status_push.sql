create or replace function bookly_data.status_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
begin
    done := bookly_data.stream_append(
        case new.kind when 'service' then 'service:status:changed' else 'infrastructure:status:changed' end,
        'dashboard', null, null, null, null, null,
        '{"' || new.kind || '":' || to_json(new.name) || ',"status":"' || new.status
            || '","timestamp":' || bookly_data.quote_time(new.since) || '}');
    return null;
end
$$;
comment on function bookly_data.status_push() is
    'Deferred trigger of statuses: appends service:status:changed or infrastructure:status:changed.';
