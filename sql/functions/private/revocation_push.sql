create or replace function bookly_data.revocation_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
begin
    done := bookly_data.stream_append('auth:revoked', 'control', null, null, null, null, null,
        case when new.jti is not null then '{"jti":' || to_json(new.jti) || '}'
            else '{"userId":' || to_json(new.user_id) || ',"before":' || new.before_s || '}' end);
    return null;
end
$$;
comment on function bookly_data.revocation_push() is
    'Deferred trigger of revocations: appends auth:revoked for the daemons.';
