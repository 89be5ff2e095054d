create or replace function bookly_data.role_names()
returns text[] language sql immutable as $$
    select '{ADMINISTRATIVE_STAFF, GENERAL_ADMIN, PROGRAM_ADMIN, SECURITY, SERVICE, STUDENT, TEACHER}'::text[]
$$;
comment on function bookly_data.role_names() is 'The roles that a token may carry: those of shared/catalogue/roles.def.';
