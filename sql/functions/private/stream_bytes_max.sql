create or replace function bookly_data.stream_bytes_max()
returns int language sql immutable as $$ select 1048576 $$;
comment on function bookly_data.stream_bytes_max() is
    'Bytes of payloads after which one reading of the stream ends, one row at least.';
