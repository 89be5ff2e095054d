create or replace function bookly_data.is_action_url(value text)
returns boolean language sql immutable as $$
    -- Browsers read a backslash as a slash and drop control characters: both could leave the site.
    select value ~* '^(/(?![/\\])|https://[^/\\])' and value !~ '[\x01-\x20\x7f\\]'
$$;
comment on function bookly_data.is_action_url(text) is 'Whether the address stays on the site or is https.';
