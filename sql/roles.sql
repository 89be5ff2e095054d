-- The roles of the system. The owner creates them (CREATEROLE) and lays them anew on each application.
\getenv pushd_password BOOKLY_PUSHD_PASSWORD
\getenv fcgi_password BOOKLY_FCGI_PASSWORD
\if :{?pushd_password}
\else
\set pushd_password ''
\endif
\if :{?fcgi_password}
\else
\set fcgi_password ''
\endif
select set_config('bookly.pushd_password', :'pushd_password', false),
       set_config('bookly.fcgi_password', :'fcgi_password', false) \g /dev/null

do $$
declare
    role_name text;
    attribute text;
    password text;
begin
    foreach role_name in array array['bookly_service', 'bookly_fcgi', 'bookly_pushd'] loop
        attribute := case role_name when 'bookly_service' then 'nologin' else 'login' end;
        password := coalesce(current_setting('bookly.' || substr(role_name, 8) || '_password', true), '');
        begin
            if not exists (select from pg_catalog.pg_roles where rolname = role_name) then
                execute pg_catalog.format('create role %I', role_name);
            end if;
            -- Only where something differs: another database of this cluster may be served already,
            -- and two applications at once would collide over the row.
            if exists (select from pg_catalog.pg_roles where rolname = role_name
                       and rolcanlogin <> (attribute = 'login')) then
                execute pg_catalog.format('alter role %I %s', role_name, attribute);
            end if;
            -- Planning takes longer than most of the programs' statements; functions whose best plan depends
            -- on the filters given have plan_cache_mode = auto.
            if attribute = 'login' and not exists (select from pg_catalog.pg_roles where rolname = role_name
                    and 'plan_cache_mode=force_generic_plan' = any (rolconfig)) then
                execute pg_catalog.format('alter role %I set plan_cache_mode = force_generic_plan', role_name);
            end if;
            if password <> '' then
                execute pg_catalog.format('alter role %I password %L', role_name, password);
            end if;
        exception when others then
            -- The original error's context would carry the password into the server's log.
            raise exception 'role %: %', role_name, sqlerrm using errcode = sqlstate;
        end;
    end loop;
end
$$;
reset bookly.pushd_password;
reset bookly.fcgi_password;

revoke all on schema bookly_data from public;
revoke all on schema bookly from public;
grant usage on schema bookly to bookly_service, bookly_fcgi, bookly_pushd;

-- A private cluster lets nobody connect by default.
do $$
begin
    execute pg_catalog.format('grant connect on database %I to bookly_service, bookly_fcgi, bookly_pushd',
        pg_catalog.current_database());
end
$$;
