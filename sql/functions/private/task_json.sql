create or replace function bookly_data.task_json(t bookly_data.tasks)
returns text language sql stable as $$
    select '{"id":"' || t.id || '","status":"' || t.status || '","count":' || t.total
        || ',"done":' || t.done || ',"skipped":' || t.skipped
        || case t.kind when 'dlq_redrive' then ',"ratePerSecond":' || coalesce(t.rate::text, 'null') else '' end
        || ',"request":' || t.request::text || ',"actor":' || to_json(t.actor)
        || ',"createdAt":' || bookly_data.quote_time(t.created_at)
        || ',"finishedAt":' || bookly_data.quote_time(t.finished_at) || '}'
$$;
comment on function bookly_data.task_json(bookly_data.tasks) is 'The progress of a task as REST shows it.';
