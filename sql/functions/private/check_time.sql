create or replace function bookly_data.check_time(field text, value timestamptz)
returns boolean language plpgsql as $$
begin
    if value < '0001-01-01 00:00Z' or value >= '10000-01-01 00:00Z' then
        return bookly_data.refuse(field, 'must be a time between the years 1 and 9999');
    end if;
    return true;
end
$$;
comment on function bookly_data.check_time(text, timestamptz) is
    'True when the time can be shown with four digits of year, else refuses it.';
