create or replace function bookly_data.stream_high()
returns bigint language plpgsql volatile as $$
begin
    -- An older snapshot, or a standby without the advisory locks, would skip rows silently.
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'the stream can be read in read committed transactions only'
            using errcode = '25001';
    elsif pg_is_in_recovery() then
        raise exception 'the stream can be read on the primary only' using errcode = '25006';
    end if;
    return coalesce(pg_sequence_last_value('bookly_data.stream_id_seq'::regclass), 0);
end
$$;
comment on function bookly_data.stream_high() is 'The highest id that was given; read it before the locks.';
