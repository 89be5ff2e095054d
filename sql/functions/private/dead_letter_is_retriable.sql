create or replace function bookly_data.dead_letter_is_retriable(
    status text, due_at timestamptz, total_attempts int)
returns boolean language sql volatile as $$
    select status <> 'resolved' and total_attempts < 50
        and not (status = 'retrying' and due_at > clock_timestamp())
$$;
comment on function bookly_data.dead_letter_is_retriable(text, timestamptz, int) is
    'Whether dlq_retry() would take the dead letter: not resolved, not being tried, not past its lifetime cap.';
