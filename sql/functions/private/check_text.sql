create or replace function bookly_data.check_text(
    field text, value text, shortest int, longest int, required boolean)
returns boolean language sql volatile as $$
    -- One expression, so that it is inlined into its caller.
    select case
        when length(value) between shortest and longest then true
        when value is null then not required or bookly_data.refuse(field, 'is required')
        when length(value) < shortest then bookly_data.refuse(field, 'must not be empty')
        else bookly_data.refuse(field, 'must be at most ' || longest || ' characters') end
$$;
comment on function bookly_data.check_text(text, text, int, int, boolean) is
    'True when the text is within its bounds (characters), else refuses it.';
