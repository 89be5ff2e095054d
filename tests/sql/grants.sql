-- Who may call what, and touch what.
begin;
select no_plan();

-- 1. back-ends: the producers' functions and nothing else
create temp view callable as
    select r.role, p.proname, n.nspname
    from unnest('{bookly_service,bookly_fcgi,bookly_pushd}'::text[]) r (role),
        pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('bookly', 'bookly_data') and has_function_privilege(r.role, p.oid, 'execute');
select results_eq(
    $$ select proname::text collate "C" from callable where role = 'bookly_service' order by 1 $$,
    $$ select unnest('{dlq_claim,dlq_fail,dlq_succeed,fail_event,notify_user,publish_event,replay_event,
        report_component,report_service,write_log}'::text[]) collate "C" $$,
    'bookly_service may call the producers'' functions and nothing else');
select is_empty($$ select * from callable where nspname = 'bookly_data' $$,
    'private functions are nobody''s but the owner''s');
select is_empty($$
    select p.oid::regprocedure from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('bookly', 'bookly_data') and has_function_privilege('public', p.oid, 'execute') $$,
    'nothing is executable by everybody');
select is_empty($$ select proname from callable where role = 'bookly_fcgi' and proname in
    ('stream_read', 'stream_open', 'stream_try_sleep', 'stream_upkeep', 'settings_put', 'counters_fold',
     'session_write', 'session_find', 'daemon_hold', 'daemon_report', 'revocation_list', 'ticket_take') $$,
    'the stream and the sessions are read and kept by pushd only');
select is_empty($$ select proname from callable where role = 'bookly_pushd' and proname in
    ('auth_revoke', 'ticket_create', 'connection_list', 'health_services', 'notification_create', 'event_publish') $$,
    'what has a route of its own is the REST program''s');

-- 2. tables, sequences, schemas
select is_empty($$
    select r.role, c.relname from unnest('{bookly_service,bookly_fcgi,bookly_pushd,public}'::text[]) r (role),
        pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('bookly', 'bookly_data') and case when c.relkind in ('r', 'p', 'v') then
            has_table_privilege(r.role, c.oid, 'select,insert,update,delete,truncate,references,trigger')
        when c.relkind = 'S' then has_sequence_privilege(r.role, c.oid, 'usage,select,update') end $$,
    'no program and no back-end has rights on a table or sequence');
select is_empty($$
    select r.role from unnest('{bookly_service,bookly_fcgi,bookly_pushd}'::text[]) r (role)
    where has_schema_privilege(r.role, 'bookly_data', 'usage')
        or has_schema_privilege(r.role, 'bookly', 'create') $$,
    'the private schema is closed, and nobody makes functions in the public one');
select is_empty($$ select rolname from pg_roles where rolname like 'bookly\_%'
    and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication) $$,
    'the roles have no other powers');
select is((select rolcanlogin from pg_roles where rolname = 'bookly_service'), false,
    'bookly_service is a group');

-- 3. every function says what it does, and cannot be led astray
select is_empty($$
    select p.oid::regprocedure from pg_proc p where p.pronamespace in ('bookly'::regnamespace,
        'bookly_data'::regnamespace) and obj_description(p.oid, 'pg_proc') is null $$,
    'every function has a comment');
select is_empty($$
    select p.oid::regprocedure from pg_proc p where (p.pronamespace = 'bookly'::regnamespace
        or (p.pronamespace = 'bookly_data'::regnamespace and p.prorettype = 'trigger'::regtype))
    and not (p.prosecdef and 'search_path=pg_catalog, pg_temp' = any (p.proconfig)) $$,
    'callable and trigger functions are security definer with a fixed search_path');
select is_empty($$
    select c.conname, t.tgname from pg_trigger t left join pg_constraint c on c.oid = t.tgconstraint
    where t.tgname like '%\_push%' and not (t.tgdeferrable and t.tginitdeferred) $$,
    'every trigger that appends to the stream is initially deferred');

-- 4. by trying it
grant bookly_service to current_user; -- from PostgreSQL 16 on whoever makes a role cannot become it
set local role bookly_service;
select lives_ok($$ select bookly.publish_event('grant.tried', 'grants') $$, 'a back-end publishes');
select throws_ok($$ select * from bookly.stream_read(0, 1) $$, '42501', null, 'a back-end reads no stream');
select throws_ok($$ select * from bookly_data.events $$, '42501', null, 'a back-end reads no table');
select throws_ok($$ select bookly_data.uuid_v7() $$, '42501', null, 'a back-end calls no private function');
select lives_ok($$ set constraints all immediate $$, 'its deferred triggers append with the owner''s rights');
reset role;
select * from finish();
rollback;
