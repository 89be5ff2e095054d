create or replace function bookly.dlq_resolve(dlq_id uuid, resolution text, actor text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
begin
    perform bookly_data.check_text('resolution', resolution, 1, 8000, true)
        and bookly_data.check_text('actor', actor, 1, 128, true);
    letter := bookly_data.dead_letter_of(dlq_id, '{pending,failed,retrying}');
    update bookly_data.dead_letters d
    set status = 'resolved', resolution = dlq_resolve.resolution, resolved_by = dlq_resolve.actor,
        due_at = null, updated_at = clock_timestamp()
    where d.id = letter.id returning d.* into letter;
    insert into bookly_data.audit (actor, action, subject, details)
    values (dlq_resolve.actor, 'dlq_resolve', dlq_id, jsonb_build_object('resolution', resolution));
    return bookly_data.dead_letter_json(letter);
end
$$;
comment on function bookly.dlq_resolve(uuid, text, text) is
    'An operator''s resolution, pushed as dlq:event:resolved. BK409 when it is resolved already.';
revoke execute on function bookly.dlq_resolve(uuid, text, text) from public;
grant execute on function bookly.dlq_resolve(uuid, text, text) to bookly_fcgi;
