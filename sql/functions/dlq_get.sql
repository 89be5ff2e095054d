create or replace function bookly.dlq_get(dlq_id uuid)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer text;
begin
    select bookly_data.dead_letter_json(d) into answer from bookly_data.dead_letters d where d.id = dlq_id;
    perform answer is not null or bookly_data.not_found('dead letter');
    return answer;
end
$$;
comment on function bookly.dlq_get(uuid) is 'A dead letter as JSON; P0002 when there is none.';
revoke execute on function bookly.dlq_get(uuid) from public;
grant execute on function bookly.dlq_get(uuid) to bookly_fcgi, bookly_pushd;
