create or replace function bookly_data.task_preview(kind text, request jsonb)
returns text language plpgsql volatile as $$
declare
    total int := (select count(*) from bookly_data.task_items(kind, request));
begin
    perform bookly_data.check_task_records(kind, total);
    return format('{"count":%s}', total);
end
$$;
comment on function bookly_data.task_preview(text, jsonb) is
    'How many records a task that began now would have: {"count"}. 22023 as task_create().';
