create or replace function bookly_data.dead_letter_push()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    done boolean;
    event bookly_data.events;
begin
    if tg_op = 'INSERT' then
        select e.* into strict event from bookly_data.events e where e.id = new.event_id;
        done := bookly_data.stream_append('event:failed', 'events', null, null,
            event.normal_type, event.service, event.aggregate_type,
            '{"eventId":' || to_json(new.event_id) || ',"error":' || to_json(new.error)
                || ',"service":' || to_json(new.service) || '}');
        done := bookly_data.stream_append('dlq:event:added', 'dlq', null, null,
            new.status, new.topic, new.service,
            '{"dlqId":"' || new.id || '","originalEvent":' || bookly_data.event_json(event, true)
                || ',"error":' || to_json(new.error) || '}');
    elsif new.status = 'resolved' then
        done := bookly_data.stream_append('dlq:event:resolved', 'dlq', null, null,
            new.status, new.topic, new.service,
            '{"dlqId":"' || new.id || '","resolution":' || bookly_data.quote(new.resolution) || '}');
    elsif new.status = 'failed' then
        done := bookly_data.stream_append('dlq:event:failed', 'dlq', null, null,
            new.status, new.topic, new.service,
            '{"dlqId":"' || new.id || '","attemptCount":' || new.attempt_count
                || ',"maxAttempts":' || new.max_attempts || '}');
    else
        done := bookly_data.stream_append('dlq:event:retrying', 'dlq', null, null,
            new.status, new.topic, new.service,
            '{"dlqId":"' || new.id || '","attemptCount":' || new.attempt_count || '}');
    end if;
    return null;
end
$$;
comment on function bookly_data.dead_letter_push() is
    'Deferred trigger of dead_letters: appends event:failed and dlq:event:*.';
