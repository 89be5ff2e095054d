create or replace function bookly_data.check_limit(max_records int)
returns int language plpgsql as $$
begin
    if max_records not between 1 and 500 then
        perform bookly_data.refuse('limit', 'must be between 1 and 500');
    end if;
    return coalesce(max_records, 100);
end
$$;
comment on function bookly_data.check_limit(int) is 'The length of a page: 1 to 500, 100 when null.';
