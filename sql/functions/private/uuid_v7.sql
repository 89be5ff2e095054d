create or replace function bookly_data.uuid_v7()
returns uuid language sql volatile as $$
    -- The time in 4096ths of a millisecond is 14 digits: 11 of the millisecond, 3 of its fraction.
    select ('0' || overlay(to_hex((date_part('epoch', clock_timestamp()) * 4096000)::bigint) placing '7' from 12 for 0)
        || substr(gen_random_uuid()::text, 19))::uuid
$$;
comment on function bookly_data.uuid_v7() is
    'A UUID of version 7 with the fraction of the millisecond (RFC 9562, 6.2, method 3): grows with time.';
