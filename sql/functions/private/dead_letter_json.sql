create or replace function bookly_data.dead_letter_json(d bookly_data.dead_letters)
returns text language sql stable as $$
    select '{"dlqId":"' || d.id || '","eventId":' || to_json(d.event_id)
        || ',"eventType":' || to_json(d.event_type) || ',"service":' || to_json(d.service)
        || ',"topic":' || to_json(d.topic) || ',"status":"' || d.status || '"'
        || ',"error":' || to_json(d.error) || ',"stack":' || bookly_data.quote(d.stack)
        || ',"attemptCount":' || d.attempt_count || ',"maxAttempts":' || d.max_attempts
        || ',"totalAttempts":' || d.total_attempts || ',"nextRetryAt":'
        || bookly_data.quote_time(case when d.status = 'pending' then d.due_at end)
        || ',"originalEvent":' || coalesce((select bookly_data.event_json(e, true)
            from bookly_data.events e where e.id = d.event_id), 'null')
        || ',"resolution":' || bookly_data.quote(d.resolution)
        || ',"resolvedBy":' || bookly_data.quote(d.resolved_by)
        || ',"createdAt":' || bookly_data.quote_time(d.created_at)
        || ',"updatedAt":' || bookly_data.quote_time(d.updated_at) || '}'
$$;
comment on function bookly_data.dead_letter_json(bookly_data.dead_letters) is
    'A dead letter as lists and answers show it.';
