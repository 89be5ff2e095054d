create or replace function bookly_data.status_worse(one text, other text)
returns text language sql immutable as $$
    select case when 'down' in (one, other) then 'down' when 'degraded' in (one, other) then 'degraded'
        else coalesce(one, other) end
$$;
comment on function bookly_data.status_worse(text, text) is
    'The worse of two statuses; null counts as none.';
