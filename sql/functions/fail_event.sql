create or replace function bookly.fail_event(
    event_id text,
    error text,
    stack text default null,
    topic text default null,
    max_attempts int default null)
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_text('event_id', event_id, 1, 200, true)
        and bookly_data.check_text('error', error, 1, 8000, true)
        and bookly_data.check_text('stack', stack, 0, 64000, false)
        and bookly_data.check_text('topic', topic, 1, 200, false)
        and (max_attempts is null or max_attempts between 1 and 50
            or bookly_data.refuse('max_attempts', 'must be between 1 and 50'));
    return bookly_data.dead_letter_fail(event_id, error, stack, topic, max_attempts);
end
$$;
comment on function bookly.fail_event(text, text, text, text, int) is
    'Puts a stored event into the dead-letter queue and pushes event:failed and dlq:event:added. Returns the
dead letter''s id. topic: the event''s type when null; max_attempts: 3 when null.';
revoke execute on function bookly.fail_event(text, text, text, text, int) from public;
grant execute on function bookly.fail_event(text, text, text, text, int) to bookly_service, bookly_fcgi;
