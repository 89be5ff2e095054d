create or replace function bookly.dlq_redrive_get(redrive_id uuid)
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select bookly_data.task_get('dlq_redrive', redrive_id)
$$;
comment on function bookly.dlq_redrive_get(uuid) is
    'How far a redrive is: {id, status, count, done, skipped, …} status running, completed or
cancelled. P0002 when there is none.';
revoke execute on function bookly.dlq_redrive_get(uuid) from public;
grant execute on function bookly.dlq_redrive_get(uuid) to bookly_fcgi;
