-- dlq_claim() tells which attempt of the record's life the claim is; an outcome may name it.
drop function if exists bookly.dlq_claim(text, int);
drop function if exists bookly.dlq_succeed(uuid, text);
drop function if exists bookly.dlq_fail(uuid, text);

-- Whatever workers and operators do at the same time.
alter table bookly_data.dead_letters add constraint dead_letters_attempts
    check (attempt_count between 0 and max_attempts and total_attempts between attempt_count and 50);
-- What is due for one service lies together, however much waits for the others.
create index dead_letters_due_service on bookly_data.dead_letters (service, due_at, id)
    where status in ('pending', 'retrying');
