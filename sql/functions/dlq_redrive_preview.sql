create or replace function bookly.dlq_redrive_preview(body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_dlq_redrive(body);
    return bookly_data.task_preview('dlq_redrive', body);
end
$$;
comment on function bookly.dlq_redrive_preview(jsonb) is
    'How many dead letters dlq_redrive() would retry now: {"count"}. The same body, the same refusals, and nothing
begins.';
revoke execute on function bookly.dlq_redrive_preview(jsonb) from public;
grant execute on function bookly.dlq_redrive_preview(jsonb) to bookly_fcgi;
