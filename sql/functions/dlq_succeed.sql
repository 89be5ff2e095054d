create or replace function bookly.dlq_succeed(
    dlq_id uuid, resolution text default null, total_attempts int default null)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
begin
    perform bookly_data.check_text('resolution', resolution, 1, 8000, false);
    letter := bookly_data.dead_letter_claimed(dlq_id, total_attempts);
    perform bookly_data.dead_letter_attempt_succeeded(letter, resolution, letter.service);
end
$$;
comment on function bookly.dlq_succeed(uuid, text, int) is
    'The worker''s good outcome of a claimed record: resolved, pushed as dlq:event:resolved. BK409 when it is
not claimed, or claimed by another since: total_attempts is what dlq_claim gave (null: not compared).';
revoke execute on function bookly.dlq_succeed(uuid, text, int) from public;
grant execute on function bookly.dlq_succeed(uuid, text, int) to bookly_service, bookly_fcgi;
