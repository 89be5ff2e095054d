create or replace function bookly_data.stream_epoch()
returns text language plpgsql volatile as $$
declare
    epoch text := nullif(current_setting('bookly.stream_epoch', true), '');
begin
    -- Looked up once a session: reading the control file takes longer than all else that a reader asks,
    -- and only a restart or a promotion, which ends this function in an error before, changes what is in it.
    if epoch is null then
        epoch := set_config('bookly.stream_epoch',
            left(md5(concat_ws('.', (select c.system_identifier from pg_control_system() c),
                left(pg_walfile_name(pg_current_wal_lsn()), 8),
                'bookly_data.stream_id_seq'::regclass::oid)), 16), false);
    end if;
    return epoch;
end
$$;
comment on function bookly_data.stream_epoch() is
    'Changes on restore and on failover: digest of system identifier, timeline and the sequence''s oid.';
