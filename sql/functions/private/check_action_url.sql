create or replace function bookly_data.check_action_url(field text, value text)
returns boolean language plpgsql as $$
begin
    if not bookly_data.is_action_url(value) then
        return bookly_data.refuse(field, 'must be a path that begins with one / or an https: address');
    end if;
    return bookly_data.check_text(field, value, 1, 2000, false);
end
$$;
comment on function bookly_data.check_action_url(text, text) is
    'True when the address stays on the site or is https, else refuses it.';
