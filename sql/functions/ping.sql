create or replace function bookly.ping()
returns int language sql stable security definer set search_path = pg_catalog, pg_temp as $$ select 1 $$;
comment on function bookly.ping() is 'Answers 1: the database is there.';
revoke execute on function bookly.ping() from public;
grant execute on function bookly.ping() to bookly_fcgi, bookly_pushd;
