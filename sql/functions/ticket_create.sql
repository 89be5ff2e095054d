create or replace function bookly.ticket_create(
    user_id text, roles text[], issued_at bigint, expires_at bigint, jti text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
#variable_conflict use_variable
declare
    now timestamptz := clock_timestamp();
    -- Each UUID holds 122 bits of the server's strong random numbers: 366 are condensed to 256.
    secret bytea := sha256(convert_to(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid(), 'UTF8'));
    ticket text := rtrim(translate(encode(secret, 'base64'), '+/', '-_'), '=');
begin
    perform bookly_data.check_text('user_id', user_id, 1, 128, true);
    -- One at a time for a user, so that the ceiling is exact.
    perform pg_advisory_xact_lock(1651209270, hashtext(user_id));
    insert into bookly_data.tickets (digest, user_id, roles, issued_at, expires_at, jti, valid_until)
    values (sha256(convert_to(ticket, 'UTF8')), user_id, coalesce(roles, '{}'), issued_at, expires_at, jti,
        now + interval '30 seconds');
    delete from bookly_data.tickets t
    where t.user_id = user_id and (t.valid_until <= now
        or t.seq <= (select x.seq from bookly_data.tickets x where x.user_id = user_id
                     order by x.seq desc offset 100 limit 1));
    return format('{"ticket":"%s","expiresIn":30}', ticket);
end
$$;
comment on function bookly.ticket_create(text, text[], bigint, bigint, text) is
    'A ticket with which who shows it within 30 s is taken for the bearer of this token: {"ticket", "expiresIn"},
32 random bytes as base64url, of which only the digest is kept. A user has 100 at most, the oldest goes.';
revoke execute on function bookly.ticket_create(text, text[], bigint, bigint, text) from public;
grant execute on function bookly.ticket_create(text, text[], bigint, bigint, text) to bookly_fcgi;
