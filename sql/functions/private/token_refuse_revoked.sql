create or replace function bookly_data.token_refuse_revoked(user_id text, jti text, issued_at bigint)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
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
comment on function bookly_data.token_refuse_revoked(text, text, bigint) is 'What token_check() does where there are revocations.';
