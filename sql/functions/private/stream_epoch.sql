create or replace function bookly_data.stream_epoch()
returns text language sql volatile as $$
    select left(md5(concat_ws('.', (select system_identifier from pg_control_system()),
        left(pg_walfile_name(pg_current_wal_lsn()), 8),
        'bookly_data.stream_id_seq'::regclass::oid)), 16)
$$;
comment on function bookly_data.stream_epoch() is
    'Changes on restore and on failover: digest of system identifier, timeline and the sequence''s oid.';
