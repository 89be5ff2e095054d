create or replace function bookly_data.not_found(what text)
returns boolean language plpgsql as $$
begin
    raise exception '% not found', what using errcode = 'P0002';
end
$$;
comment on function bookly_data.not_found(text) is 'Raises no_data_found (P0002).';
