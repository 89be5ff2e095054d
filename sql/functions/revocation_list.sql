create or replace function bookly.revocation_list()
returns table (jti text, user_id text, before_s bigint)
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select r.jti, r.user_id, max(r.before_s) from bookly_data.revocations r
    where r.expires_at > clock_timestamp() group by r.jti, r.user_id
$$;
comment on function bookly.revocation_list() is
    'The revocations that still matter. A daemon takes its place in the stream first, then this list.';
revoke execute on function bookly.revocation_list() from public;
grant execute on function bookly.revocation_list() to bookly_pushd;
