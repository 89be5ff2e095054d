-- The owner and its database, made by a superuser. May be repeated. BOOKLY_DATABASE (bookly) is its name,
-- BOOKLY_OWNER_PASSWORD the owner's password.
\getenv password BOOKLY_OWNER_PASSWORD
\getenv database BOOKLY_DATABASE
\if :{?database}
\else
\set database bookly
\endif
select 'create role bookly' where not exists (select from pg_roles where rolname = 'bookly')
\gexec
-- a failing statement is written to the server's log
set log_min_error_statement = panic;
alter role bookly login createrole nosuperuser password :'password';
select format('create database %I owner bookly', :'database')
 where not exists (select from pg_database where datname = :'database')
\gexec
revoke all on database :"database" from public;
