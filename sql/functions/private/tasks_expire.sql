create or replace function bookly_data.tasks_expire(kept interval)
returns void language sql volatile as $$
    delete from bookly_data.tasks t where t.finished_at < clock_timestamp() - kept
$$;
comment on function bookly_data.tasks_expire(interval) is 'Forgets tasks that finished longer ago.';
