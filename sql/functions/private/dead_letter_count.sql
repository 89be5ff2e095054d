create or replace function bookly_data.dead_letter_count()
returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into bookly_data.dead_letter_changes values
            (null, new.status, new.topic, new.service, new.event_type);
    elsif tg_op = 'DELETE' then
        insert into bookly_data.dead_letter_changes values
            (old.status, null, old.topic, old.service, old.event_type);
    else
        insert into bookly_data.dead_letter_changes values
            (old.status, new.status, new.topic, new.service, new.event_type);
    end if;
    return null;
end
$$;
comment on function bookly_data.dead_letter_count() is
    'Trigger of dead_letters: appends the change that the statistics add or fold.';
