create or replace function bookly_data.stream_low(high bigint)
returns bigint language plpgsql volatile as $$
begin
    -- Keys are the low 32 bits of a bound: compared by their distance from high, they may wrap.
    return (select least(high, min(high - ((high - l.objid::bigint) << 32 >> 32)))
    from pg_locks l
    where l.locktype = 'advisory' and l.classid = 1651209265 and l.objsubid = 2
      and l.database = (select d.oid from pg_database d where d.datname = current_database()));
end
$$;
comment on function bookly_data.stream_low(bigint) is
    'The id up to which nothing is in flight, given a value of stream_high() read before.';
