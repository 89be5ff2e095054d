create or replace function bookly_data.category_names()
returns text[] language sql immutable as $$
    select '{event, user, resource, reservation, limit, error, system}'::text[]
$$;
comment on function bookly_data.category_names() is
    'The categories of notifications: those of shared/catalogue/categories.def.';
