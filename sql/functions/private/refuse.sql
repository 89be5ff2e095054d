create or replace function bookly_data.refuse(field text, problem text)
returns boolean language plpgsql as $$
begin
    raise exception '%: %', field, problem using errcode = '22023', column = field;
end
$$;
comment on function bookly_data.refuse(text, text) is
    'Refuses a value: SQLSTATE 22023, the message and the COLUMN field name it.';
