drop trigger if exists dead_letter_push_new on bookly_data.dead_letters;
create constraint trigger dead_letter_push_new after insert on bookly_data.dead_letters
    deferrable initially deferred for each row execute function bookly_data.dead_letter_push();

-- A worker's failure that will be tried again (pending with attempts) is no push; an operator's retry
-- (pending without) is.
drop trigger if exists dead_letter_push_change on bookly_data.dead_letters;
create constraint trigger dead_letter_push_change after update on bookly_data.dead_letters
    deferrable initially deferred for each row
    when ((new.status = 'pending' and new.attempt_count = 0)
        or (new.status <> 'pending'
            and (new.status <> old.status or new.attempt_count <> old.attempt_count)))
    execute function bookly_data.dead_letter_push();

drop trigger if exists dead_letter_count on bookly_data.dead_letters;
create trigger dead_letter_count after insert or delete on bookly_data.dead_letters
    for each row execute function bookly_data.dead_letter_count();

drop trigger if exists dead_letter_count_change on bookly_data.dead_letters;
create trigger dead_letter_count_change after update on bookly_data.dead_letters
    for each row when (new.status <> old.status or new.attempt_count > old.attempt_count)
    execute function bookly_data.dead_letter_count();
