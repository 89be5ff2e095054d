create or replace function bookly_data.check_text(
    field text, value text, shortest int, longest int, required boolean)
returns boolean language plpgsql as $$
begin
    if value is null then
        return not required or bookly_data.refuse(field, 'is required');
    elsif length(value) < shortest then
        return bookly_data.refuse(field, 'must not be empty');
    elsif length(value) > longest then
        return bookly_data.refuse(field, format('must be at most %s characters', longest));
    end if;
    return true;
end
$$;
comment on function bookly_data.check_text(text, text, int, int, boolean) is
    'True when the text is within its bounds (characters), else refuses it.';
