create or replace function bookly.stream_bounds(
    out epoch text, out high bigint, out low bigint, out floor bigint)
returns setof record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    high := bookly_data.stream_high();
    low := bookly_data.stream_low(high);
    floor := (select f.id from bookly_data.stream_floor f);
    epoch := bookly_data.stream_epoch();
    return next;
end
$$;
comment on function bookly.stream_bounds() is
    'Where the stream is now: positions from floor to high can be read from, everything up to low is complete.';
revoke execute on function bookly.stream_bounds() from public;
grant execute on function bookly.stream_bounds() to bookly_fcgi, bookly_pushd;
