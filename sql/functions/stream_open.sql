create or replace function bookly.stream_open(
    out epoch text, out high bigint, out low bigint, out server_version int)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    high := bookly_data.stream_high();
    if not exists (select from pg_sequence s where s.seqrelid = 'bookly_data.stream_id_seq'::regclass
                   and s.seqcache = 1 and s.seqincrement = 1 and not s.seqcycle) then
        raise exception 'bookly_data.stream_id_seq must be cache 1, increment 1, no cycle'
            using errcode = '55000';
    end if;
    low := bookly_data.stream_low(high);
    epoch := bookly_data.stream_epoch();
    server_version := current_setting('server_version_num')::int;
end
$$;
comment on function bookly.stream_open() is
    'For a daemon at each (re)connect: the stream''s epoch and end. Starting from low, a fresh reader misses
nothing that is committed later. Raises where the stream could not be read safely.';
revoke execute on function bookly.stream_open() from public;
grant execute on function bookly.stream_open() to bookly_pushd;
