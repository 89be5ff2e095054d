create or replace function bookly_data.stream_enter()
returns boolean language plpgsql as $$
declare
    bound bigint;
    done boolean;
begin
    -- With "off" a crash could give ids again that were delivered already.
    if current_setting('synchronous_commit') = 'off' then
        perform set_config('synchronous_commit', 'local', true);
    end if;
    -- The function takes the buffer lock; a plain select of last_value reads values that are too high.
    bound := coalesce(pg_sequence_last_value('bookly_data.stream_id_seq'::regclass), 0);
    done := pg_advisory_xact_lock_shared(1651209265, ((bound << 32) >> 32)::int) is null;
    done := set_config('bookly.stream_bound', pg_current_xact_id()::text, true) is null;
    -- One expression: between two statements a cancel would leave the session holding the lock.
    done := case when pg_try_advisory_lock(1651209266) then pg_advisory_unlock(1651209266)
        else pg_notify('bookly_stream', '') is null end;
    return true;
end
$$;
comment on function bookly_data.stream_enter() is
    'Announces, once a transaction, that ids above the sequence''s present value are in flight (advisory
lock 1651209265 with the low 32 bits of that value), and wakes a sleeping reader (lock 1651209266).';
