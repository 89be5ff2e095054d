create or replace function bookly.auth_revoke(actor text, body jsonb, max_token_ttl_s bigint)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    now_s bigint := floor(extract(epoch from clock_timestamp()));
    token text := body ->> 'jti';
    whose text := body ->> 'userId';
    closed int;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true)
        and bookly_data.check_body(body, '{
            "jti": {"is": "text", "max": 128},
            "exp": {"is": "integer", "min": 0, "max": 253402300799},
            "userId": {"is": "text", "max": 128}}')
        and (num_nonnulls(token, whose) = 1 or bookly_data.refuse('jti', 'exactly one of jti and userId is needed'))
        and (token is not null or body ->> 'exp' is null or bookly_data.refuse('exp', 'belongs to a jti'));
    insert into bookly_data.revocations (jti, user_id, before_s, actor, expires_at)
    values (token, whose, case when whose is not null then now_s end, actor,
        to_timestamp(coalesce((body ->> 'exp')::bigint, now_s + max_token_ttl_s) + 1));
    insert into bookly_data.audit (actor, action, subject)
    values (actor, 'auth_revoke', coalesce('jti ' || token, 'user ' || whose));
    select count(*) into closed from bookly_data.sessions s
    where (s.jti = token or (s.user_id = whose and coalesce(s.issued_at, 0) <= now_s))
        and s.daemon in (select d.daemon from bookly_data.daemons_live() d);
    return format('{"revoked":true,"closed":%s}', closed);
end
$$;
comment on function bookly.auth_revoke(text, jsonb, bigint) is
    'Ends one token, {jti, exp?}, or all of a user, {userId}: those issued up to this second or without iat, so
that one issued later in the same second is refused too. Answers how many open connections that closes. Kept until
exp, or for the longest life of a token.';
revoke execute on function bookly.auth_revoke(text, jsonb, bigint) from public;
grant execute on function bookly.auth_revoke(text, jsonb, bigint) to bookly_fcgi;
