create or replace function bookly_data.role_names()
returns text[] language sql immutable as $$
    select '{STUDENT, TEACHER, PROGRAM_ADMIN, GENERAL_ADMIN, SECURITY, ADMINISTRATIVE_STAFF, SERVICE}'::text[]
$$;
comment on function bookly_data.role_names() is 'The roles that a token may carry: those of shared/catalogue/roles.def.';
