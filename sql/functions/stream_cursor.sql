create or replace function bookly.stream_cursor()
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    high bigint := bookly_data.stream_high();
begin
    return bookly_data.stream_epoch() || '.' || bookly_data.stream_low(high);
end
$$;
comment on function bookly.stream_cursor() is
    'The cursor of now: nothing that is committed later is at or below it. Take it before reading a list.';
revoke execute on function bookly.stream_cursor() from public;
grant execute on function bookly.stream_cursor() to bookly_fcgi, bookly_pushd;
