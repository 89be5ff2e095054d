create or replace function bookly.dlq_succeed(dlq_id uuid, resolution text default null)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
begin
    perform (dlq_id is not null or bookly_data.refuse('dlq_id', 'is required'))
        and bookly_data.check_text('resolution', resolution, 1, 8000, false);
    letter := bookly_data.dead_letter_of(dlq_id, '{retrying}');
    update bookly_data.dead_letters d
    set status = 'resolved', resolution = coalesce(dlq_succeed.resolution, 'retried'),
        resolved_by = letter.service, due_at = null, updated_at = clock_timestamp()
    where d.id = letter.id;
end
$$;
comment on function bookly.dlq_succeed(uuid, text) is
    'The worker''s good outcome of a claimed record: resolved, pushed as dlq:event:resolved. BK409 when it is
not claimed.';
revoke execute on function bookly.dlq_succeed(uuid, text) from public;
grant execute on function bookly.dlq_succeed(uuid, text) to bookly_service, bookly_fcgi;
