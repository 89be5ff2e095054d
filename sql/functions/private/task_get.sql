create or replace function bookly_data.task_get(kind text, task_id uuid)
returns text language plpgsql stable as $$
declare
    answer text;
begin
    select bookly_data.task_json(t) into answer
    from bookly_data.tasks t where t.id = task_get.task_id and t.kind = task_get.kind;
    perform answer is not null
        or bookly_data.not_found(case kind when 'event_replay' then 'replay' else 'redrive' end);
    return answer;
end
$$;
comment on function bookly_data.task_get(text, uuid) is
    'The progress of a task of this kind; P0002 when there is none.';
