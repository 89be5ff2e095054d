create or replace function bookly.ticket_take(ticket text)
returns table (user_id text, roles text[], issued_at bigint, expires_at bigint, jti text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
    -- Of two at once the later one waits for the row, and finds it gone.
    with taken as (
        delete from bookly_data.tickets t where t.digest = sha256(convert_to(ticket, 'UTF8')) returning *)
    select t.user_id, t.roles, t.issued_at, t.expires_at, t.jti from taken t
    where t.valid_until > clock_timestamp()
$$;
comment on function bookly.ticket_take(text) is
    'Uses a ticket up: the identity it was made for, or no row when it is unknown, used or too old.';
revoke execute on function bookly.ticket_take(text) from public;
grant execute on function bookly.ticket_take(text) to bookly_pushd;
