create or replace function bookly_data.rule_event(pushed bookly_data.stream, event bookly_data.events)
returns jsonb language plpgsql stable as $$
declare
    payload jsonb := pushed.payload::jsonb;
    letter jsonb;
begin
    if pushed.event = 'event:created' then
        return coalesce(bookly_data.event_json(event, true)::jsonb, payload);
    elsif pushed.event = 'dlq:event:failed' then
        letter := (select bookly_data.dead_letter_json(d)::jsonb from bookly_data.dead_letters d
            where d.id = (payload ->> 'dlqId')::uuid);
    end if;
    return jsonb_build_object('eventId', letter -> 'eventId', 'eventType', pushed.event,
        'service', coalesce(letter -> 'service', payload -> 'service'),
        'timestamp', bookly_data.iso_time(pushed.at), 'data', coalesce(letter, '{}') || payload);
end
$$;
comment on function bookly_data.rule_event(bookly_data.stream, bookly_data.events) is
    'What rules see of a row of the stream: an event as lists show it, a dead letter or a status in that form.';
