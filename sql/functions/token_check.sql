create or replace function bookly.token_check(user_id text, jti text, issued_at bigint)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
begin
    if exists (select from bookly_data.revocations r
               where r.user_id = user_id and r.before_s >= coalesce(issued_at, 0)
                 and r.expires_at > clock_timestamp())
        or exists (select from bookly_data.revocations r
                   where r.jti = jti and r.expires_at > clock_timestamp()) then
        raise exception 'the token was revoked' using errcode = 'BK401';
    end if;
end
$$;
comment on function bookly.token_check(text, text, bigint) is
    'BK401 when the token was revoked. jti null: it has none; issued_at null or 0: it has no iat.';
revoke execute on function bookly.token_check(text, text, bigint) from public;
grant execute on function bookly.token_check(text, text, bigint) to bookly_fcgi, bookly_pushd;
