create or replace function bookly_data.dead_letters_expire()
returns void language sql volatile as $$
    update bookly_data.dead_letters d
    set status = 'failed', due_at = null, updated_at = clock_timestamp()
    from (select x.id from bookly_data.dead_letters x
          where x.status = 'retrying' and x.due_at < clock_timestamp()
            and (x.attempt_count >= x.max_attempts or x.total_attempts >= 50)
          order by x.due_at limit 1000 for update skip locked) x
    where d.id = x.id
$$;
comment on function bookly_data.dead_letters_expire() is
    'Ends as failed what was claimed for the last time and never answered; up to 1,000 records a call.';
