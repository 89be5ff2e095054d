create or replace function bookly_data.dead_letter_due(attempts int)
returns timestamptz language sql volatile as $$
    select clock_timestamp()
        + least(power(2, least(attempts, 10)), 60) * (1 + 0.25 * random()) * interval '1 second'
$$;
comment on function bookly_data.dead_letter_due(int) is
    'When a dead letter may be tried again: after min(1 s * 2^attempts, 60 s), up to a quarter later.';
