create or replace function bookly_data.dead_letter_claimed(dlq_id uuid, total_attempts int)
returns bookly_data.dead_letters language plpgsql as $$
declare
    letter bookly_data.dead_letters;
begin
    if dlq_id is null then
        perform bookly_data.refuse('dlq_id', 'is required');
    end if;
    letter := bookly_data.dead_letter_of(dlq_id, '{retrying}');
    if letter.total_attempts <> dead_letter_claimed.total_attempts then
        raise exception 'the claim of attempt % has run out, the dead letter is at attempt % of its life',
            dead_letter_claimed.total_attempts, letter.total_attempts using errcode = 'BK409';
    end if;
    return letter;
end
$$;
comment on function bookly_data.dead_letter_claimed(uuid, int) is
    'Locks a claimed dead letter; BK409 when it is not claimed, or by a later claim than the one named (null:
any claim will do).';
