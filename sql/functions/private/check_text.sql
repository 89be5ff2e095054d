create or replace function bookly_data.check_text(
    field text, value text, shortest int, longest int, required boolean)
returns boolean language plpgsql as $$
begin
    if length(value) between shortest and longest then
        return true;
    elsif value is null then
        return not required or bookly_data.refuse(field, 'is required');
    elsif length(value) < shortest then
        return bookly_data.refuse(field, 'must not be empty');
    end if;
    return bookly_data.refuse(field, format('must be at most %s characters', longest));
end
$$;
comment on function bookly_data.check_text(text, text, int, int, boolean) is
    'True when the text is within its bounds (characters), else refuses it. In plpgsql on purpose: expressions
are prepared anew in each transaction, and inlined checks would make those of the callers large.';
