create or replace function bookly_data.uuid_v7()
returns uuid language plpgsql volatile as $$
declare
    us bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
    random text := gen_random_uuid()::text;
begin
    return (lpad(to_hex(us / 1000), 12, '0')
        || '7' || lpad(to_hex(us % 1000 * 4096 / 1000), 3, '0')
        || substr(random, 20, 4) || substr(random, 25))::uuid;
end
$$;
comment on function bookly_data.uuid_v7() is
    'A UUID of version 7 with the fraction of the millisecond (RFC 9562, 6.2, method 3): grows with time.';
