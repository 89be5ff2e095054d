create or replace function bookly_data.dead_letter_of(dlq_id uuid, states text[])
returns bookly_data.dead_letters language plpgsql as $$
declare
    letter bookly_data.dead_letters;
begin
    select d.* into letter from bookly_data.dead_letters d where d.id = dlq_id for update;
    if not found then
        perform bookly_data.not_found('dead letter');
    elsif letter.status <> all (states) then
        raise exception 'the dead letter is %, it must be %', letter.status,
            array_to_string(states, ' or ') using errcode = 'BK409';
    end if;
    return letter;
end
$$;
comment on function bookly_data.dead_letter_of(uuid, text[]) is
    'Locks a dead letter in one of the states; P0002 when there is none, BK409 in another state.';
