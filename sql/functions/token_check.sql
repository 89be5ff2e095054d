create or replace function bookly.token_check(user_id text, jti text, issued_at bigint)
returns void language plpgsql volatile security definer as $$
begin
    -- Asked for each request, and mostly there is no revocation at all. Without a search_path of its own, which
    -- would cost more than the question: no name in here is looked up in the caller's.
    if exists (select from bookly_data.revocations) then
        perform bookly_data.token_refuse_revoked(user_id, jti, issued_at);
    end if;
end
$$;
comment on function bookly.token_check(text, text, bigint) is
    'BK401 when the token was revoked. jti null: it has none; issued_at null or 0: it has no iat.';
revoke execute on function bookly.token_check(text, text, bigint) from public;
grant execute on function bookly.token_check(text, text, bigint) to bookly_fcgi, bookly_pushd;
