create or replace function bookly_data.check_time(field text, value timestamptz)
returns boolean language sql volatile as $$
    select case when value < '0001-01-01 00:00Z' or value >= '10000-01-01 00:00Z'
        then bookly_data.refuse(field, 'must be a time between the years 1 and 9999') else true end
$$;
comment on function bookly_data.check_time(text, timestamptz) is
    'True when the time can be shown with four digits of year, else refuses it.';
