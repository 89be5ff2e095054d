create or replace function bookly_data.tokens_expire()
returns void language sql volatile as $$
    delete from bookly_data.revocations r where r.id = any (array(
        select x.id from bookly_data.revocations x
        where x.expires_at <= clock_timestamp() limit 50000 for update skip locked));
    delete from bookly_data.tickets t where t.digest = any (array(
        select x.digest from bookly_data.tickets x
        where x.valid_until <= clock_timestamp() limit 50000 for update skip locked))
$$;
comment on function bookly_data.tokens_expire() is
    'Deletes revocations of tokens that have run out by themselves, and tickets that were not used.';
