create or replace function bookly_data.stream_enter()
returns boolean language sql volatile as $$
    -- One expression, which is cheaper than several, and in the order of its conditions: a bound, its
    -- lock, the mark, then the sleepers. Between two statements a cancel would leave the session holding
    -- the sleepers' lock. The sequence function takes the buffer lock; a plain select of last_value reads
    -- values that are too high. With synchronous_commit "off" a crash could give ids again that were
    -- delivered already.
    select case
        when pg_advisory_xact_lock_shared(1651209265,
                ((coalesce(pg_sequence_last_value('bookly_data.stream_id_seq'::regclass), 0) << 32) >> 32)::int)
            is null then null
        when set_config('bookly.stream_bound', 'on', true) is null then null
        when current_setting('synchronous_commit') = 'off'
            and set_config('synchronous_commit', 'local', true) is null then null
        when pg_try_advisory_lock(1651209266) then pg_advisory_unlock(1651209266)
        else pg_notify('bookly_stream', '') is not null
    end
$$;
comment on function bookly_data.stream_enter() is
    'Announces, once a transaction, that ids above the sequence''s present value are in flight (advisory
lock 1651209265 with the low 32 bits of that value), and wakes a sleeping reader (lock 1651209266). The mark,
bookly.stream_bound, ends as the lock does: with the transaction, or with a rollback to a savepoint before it.';
