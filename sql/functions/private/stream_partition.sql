create or replace function bookly_data.stream_partition(day date)
returns boolean language plpgsql as $$
declare
    name text := 'stream_p' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass('bookly_data.' || name) is not null then
        return true;
    end if;
    -- Attaching takes a weaker lock on the stream than creating in place: writers go on.
    execute format('create table bookly_data.%I (like bookly_data.stream including all)', name);
    execute format('alter table bookly_data.%I set (autovacuum_vacuum_insert_scale_factor = 0.5)', name);
    execute format('alter table bookly_data.stream attach partition bookly_data.%I for values from (%L) to (%L)',
        name, day || ' 00:00:00Z', (day + 1) || ' 00:00:00Z');
    return true;
exception when lock_not_available then
    return false;
end
$$;
comment on function bookly_data.stream_partition(date) is
    'Makes the partition of a day (UTC) where it is missing; false when its lock could not be had.';
