create or replace function bookly_data.stream_drop(partition regclass)
returns boolean language plpgsql as $$
declare
    last_id bigint;
begin
    execute format('select max(id) from %s', partition) into last_id;
    -- The floor first: readers look at it after their rows.
    if last_id is not null then
        update bookly_data.stream_floor set id = last_id where id < last_id;
    end if;
    execute format('drop table %s', partition);
    return true;
exception when lock_not_available then
    return false;
end
$$;
comment on function bookly_data.stream_drop(regclass) is
    'Drops an old partition and raises the floor; false when its lock could not be had.';
