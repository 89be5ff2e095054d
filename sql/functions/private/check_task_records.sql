create or replace function bookly_data.check_task_records(kind text, records int)
returns boolean language plpgsql as $$
begin
    return records <= bookly_data.task_records_max() or bookly_data.refuse(
        case kind when 'event_replay' then 'limit' else 'filter' end,
        format('more than %s records match', bookly_data.task_records_max()));
end
$$;
comment on function bookly_data.check_task_records(text, int) is
    'True when a task of this kind may have so many records, else refuses the field that could say fewer.';
