create or replace function bookly_data.task_records_max()
returns int language sql immutable as $$
    select 500000
$$;
comment on function bookly_data.task_records_max() is 'How many records one task may have.';
