create or replace function bookly_data.dead_letter_fail(
    event_id text, error text, stack text, topic text, max_attempts int)
returns uuid language plpgsql as $$
#variable_conflict use_variable
declare
    letter uuid := bookly_data.uuid_v7();
begin
    insert into bookly_data.dead_letters (id, event_id, event_type, normal_type, service, topic, status,
        error, stack, max_attempts, due_at)
    select letter, e.id, e.event_type, e.normal_type, e.service, coalesce(topic, e.event_type), 'pending',
        error, stack, coalesce(max_attempts, 3), bookly_data.dead_letter_due(0)
    from bookly_data.events e where e.id = event_id;
    perform found or bookly_data.not_found('event');
    return letter;
end
$$;
comment on function bookly_data.dead_letter_fail(text, text, text, text, int) is
    'Puts a stored event into the dead-letter queue; P0002 when there is none.';
