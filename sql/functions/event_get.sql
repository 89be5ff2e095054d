create or replace function bookly.event_get(event_id text)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer text;
begin
    select bookly_data.event_json(e, true) into answer
    from bookly_data.events e where e.id = event_get.event_id;
    perform answer is not null or bookly_data.not_found('event');
    return answer;
end
$$;
comment on function bookly.event_get(text) is 'A stored event as JSON; P0002 when there is none.';
revoke execute on function bookly.event_get(text) from public;
grant execute on function bookly.event_get(text) to bookly_fcgi, bookly_pushd;
