create or replace function bookly_data.page_bytes_max()
returns bigint language sql immutable as $$ select 4000000::bigint $$;
comment on function bookly_data.page_bytes_max() is
    'Bytes of data after which a page of events or dead letters ends before its limit, one record at least.';
