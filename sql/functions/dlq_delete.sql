create or replace function bookly.dlq_delete(dlq_id uuid, actor text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    letter bookly_data.dead_letters;
    answer text;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true);
    letter := bookly_data.dead_letter_of(dlq_id, '{pending,failed,retrying,resolved}');
    answer := bookly_data.dead_letter_json(letter);
    delete from bookly_data.dead_letters d where d.id = letter.id;
    insert into bookly_data.audit (actor, action, subject, details)
    values (dlq_delete.actor, 'dlq_delete', dlq_id, answer::jsonb);
    return answer;
end
$$;
comment on function bookly.dlq_delete(uuid, text) is
    'Deletes a dead letter and returns it as it was; the audit keeps it.';
revoke execute on function bookly.dlq_delete(uuid, text) from public;
grant execute on function bookly.dlq_delete(uuid, text) to bookly_fcgi;
