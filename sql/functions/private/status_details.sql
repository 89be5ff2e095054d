create or replace function bookly_data.status_details(s bookly_data.statuses)
returns text language sql stable as $$
    select coalesce(case when s.probe is null or jsonb_typeof(s.details) <> 'object' then s.details
        else coalesce(s.details, '{}') || jsonb_build_object('probe', s.probe) end::text, 'null')
$$;
comment on function bookly_data.status_details(bookly_data.statuses) is
    'A status''s details as they are shown: what was reported, and in "probe" what the daemons found.';
