create or replace function bookly_data.event_brief(e bookly_data.events)
returns bookly_data.events language plpgsql stable as $$
begin
    if octet_length(e.data::text) > 4096 then
        e.data := null;
    end if;
    if octet_length(e.metadata::text) > 4096 then
        e.metadata := null;
    end if;
    return e;
end
$$;
comment on function bookly_data.event_brief(bookly_data.events) is
    'The event without data or metadata over 4 kB, for lists that are sent again and again.';
