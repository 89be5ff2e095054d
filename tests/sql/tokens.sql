-- auth_revoke, token_check, revocation_list; ticket_create, ticket_take.
begin;
select no_plan();
create temp table started as select high as id from bookly.stream_bounds();
create temp view told as
    select s.event, s.channel, s.payload::jsonb from bookly_data.stream s, started where s.id > started.id order by s.id;
-- code_of(statement): SQLSTATE and COLUMN of the error that it raises
create function pg_temp.code_of(statement text) returns text language plpgsql as $$
declare c text;
begin
    execute statement;
    return 'good';
exception when others then
    get stacked diagnostics c = column_name;
    return trim(sqlstate || ' ' || c);
end $$;
create function pg_temp.check_of(user_id text, jti text, issued_at bigint) returns text language sql as $$
    select pg_temp.code_of(format('select bookly.token_check(%L, %L, %L)', user_id, jti, issued_at))
$$;
create function pg_temp.now_s() returns bigint language sql as $$ select floor(extract(epoch from clock_timestamp()))::bigint $$;

-- 1. one token
select is(pg_temp.check_of('ana', 'j-1', 5), 'good', 'nothing is revoked');
select is(bookly.auth_revoke('boss', '{"jti": "j-1"}', 1000)::jsonb, '{"revoked": true, "closed": 0}', 'a jti');
select is(pg_temp.check_of(t.user_id, t.jti, t.issued_at), t.expected, t.name)
from (values ('it is refused', 'ana', 'j-1', 5::bigint, 'BK401'), ('whatever it says', 'x', 'j-1', null, 'BK401'),
    ('another is not', 'ana', 'j-2', 5, 'good'), ('nor one without', 'ana', null, 5, 'good')) t (name, user_id, jti, issued_at, expected);
select is((select expires_at from bookly_data.revocations where jti = 'j-1') between clock_timestamp() + interval '990 s'
    and clock_timestamp() + interval '1002 s', true, 'kept for the longest life of a token');
select bookly.auth_revoke('boss', jsonb_build_object('jti', 'j-3', 'exp', pg_temp.now_s() + 50), 1000) \g /dev/null
select is((select expires_at from bookly_data.revocations where jti = 'j-3') between clock_timestamp() + interval '40 s'
    and clock_timestamp() + interval '52 s', true, 'or until its own end');

-- 2. all tokens of a user
select pg_temp.now_s() as before \gset
select is(bookly.auth_revoke('boss', '{"userId": "ben"}', 1000)::jsonb, '{"revoked": true, "closed": 0}', 'a user');
select before_s as revoked from bookly_data.revocations where user_id = 'ben' \gset
select ok(:revoked between :before and pg_temp.now_s(), 'up to this second');
select is(pg_temp.check_of(t.user_id, t.jti, t.issued_at), t.expected, t.name)
from (values ('issued before', 'ben', null, :revoked - 1000, 'BK401'), ('issued in that second', 'ben', 'x', :revoked, 'BK401'),
    ('issued later', 'ben', null, :revoked + 1, 'good'), ('without iat', 'ben', null, null, 'BK401'),
    ('with an iat of 0', 'ben', null, 0, 'BK401'), ('of another user', 'bea', null, 5, 'good')) t (name, user_id, jti, issued_at, expected);
select lives_ok($$ select bookly.auth_revoke('boss', '{"userId": "ben"}', 1000), bookly.auth_revoke('boss', '{"jti": "j-1"}', 9) $$,
    'once more');
select results_eq('select jti, user_id, before_s >= 0 from bookly.revocation_list() order by 1, 2',
    $$ values ('j-1', null, null::boolean), ('j-3', null, null), (null, 'ben', true) $$, 'the list has each once');

-- 3. who is told, and what is kept of it
select is_empty('select * from told', 'nobody is told before the commit');
set constraints all immediate;
select results_eq('select * from told limit 3', format($$ values ('auth:revoked', 'control', '{"jti": "j-1"}'::jsonb),
    ('auth:revoked', 'control', '{"jti": "j-3"}'), ('auth:revoked', 'control', '{"userId": "ben", "before": %s}') $$, :revoked),
    'then every daemon is');
select results_eq($$ select actor, subject from bookly_data.audit where action = 'auth_revoke' order by id limit 3 $$,
    $$ values ('boss', 'jti j-1'), ('boss', 'jti j-3'), ('boss', 'user ben') $$, 'and it is audited');

-- 4. how many connections that ends
select bookly.daemon_hold(301, 'alive') \g /dev/null
insert into bookly_data.sessions (pid, sid, user_id, wire, jti, issued_at, daemon, touched_at)
select v.*, clock_timestamp() from (values
    ('1', '1', 'cleo', 1, 'c-1', 1000::bigint, 301), ('2', '2', 'cleo', 1, 'c-2', null, 301), ('3', '3', 'cleo', 1, null, 0, 301),
    ('4', '4', 'cleo', 1, 'c-1', 1000, 302), ('5', '5', 'cleo', 1, 'c-1', 1000, null),
    ('6', '6', 'cleo', 1, 'c-3', 99999999999, 301), ('7', '7', 'carl', 1, 'c-1', 1000, 301)) v;
select is(bookly.auth_revoke('boss', '{"jti": "c-1"}', 9)::jsonb ->> 'closed', '2', 'of a jti: those of living daemons');
select is(bookly.auth_revoke('boss', '{"userId": "cleo"}', 9)::jsonb ->> 'closed', '3', 'of a user: not the later ones');
select pg_advisory_unlock_shared(1651209269, 301) \g /dev/null

-- 5. refused
select is(pg_temp.code_of(format('select bookly.auth_revoke(''boss'', %L, 1000)', t.body)), t.expected, coalesce(t.body, 'null'))
from (values (null, '22023 body'), ('[]', '22023 body'), ('{}', '22023 jti'), ('{"jti": "a", "userId": "b"}', '22023 jti'),
    ('{"jti": null}', '22023 jti'), ('{"jti": ""}', '22023 jti'), ('{"jti": 5}', '22023 jti'),
    (format('{"jti": "%s"}', repeat('x', 129)), '22023 jti'), ('{"userId": ""}', '22023 userId'),
    (format('{"userId": "%s"}', repeat('x', 129)), '22023 userId'), ('{"userId": ["a"]}', '22023 userId'),
    ('{"userId": "a", "exp": 5}', '22023 exp'), ('{"jti": "a", "exp": -1}', '22023 exp'), ('{"jti": "a", "exp": 1.5}', '22023 exp'),
    ('{"jti": "a", "exp": "5"}', '22023 exp'), ('{"jti": "a", "exp": 1e400}', '22023 exp'), ('{"jti": "a", "exp": 253402300800}', '22023 exp'),
    ('{"jti": "a", "extra": 1}', 'BK400 extra'), ('{"jti": "a", "exp": null, "userId": null}', 'good'),
    ('{"jti": "a", "exp": 253402300799}', 'good')) t (body, expected);
select is(pg_temp.code_of($$ select bookly.auth_revoke(null, '{"jti": "a"}', 9) $$), '22023 actor', 'by nobody');

-- 6. what has run out
update bookly_data.revocations set expires_at = clock_timestamp() where jti = 'j-1' or user_id = 'ben';
select is(pg_temp.check_of('ana', 'j-1', 5) || ' ' || pg_temp.check_of('ben', null, 5), 'good good'::text, 'counts no more');
select is((select count(*) from bookly.revocation_list() where jti = 'j-1' or user_id = 'ben'), 0::bigint, 'is in no list');

-- 7. tickets
create function pg_temp.ticket(who text) returns text language sql as $$
    select bookly.ticket_create(who, '{TEACHER,SECURITY}', 1700000000, 1800000000, 'j-t')::jsonb ->> 'ticket'
$$;
select is(bookly.ticket_create('tom', null, null, null, null)::jsonb - 'ticket', '{"expiresIn": 30}', 'a ticket says how long it lasts');
select pg_temp.ticket('tom') as ticket \gset
select matches(:'ticket'::text, '^[A-Za-z0-9_-]{43}$', '32 bytes as base64url');
select is((select count(distinct pg_temp.ticket('many')) from generate_series(1, 50)), 50::bigint, 'never the same');
select is_empty(format($$ select from bookly_data.tickets t where t::text like '%%%s%%' $$, :'ticket'), 'the table does not hold it');
select results_eq(format('select * from bookly.ticket_take(%L)', :'ticket'),
    $$ values ('tom', '{TEACHER,SECURITY}'::text[], 1700000000::bigint, 1800000000::bigint, 'j-t') $$, 'it is taken');
select is_empty(format('select * from bookly.ticket_take(%L)', :'ticket'), 'once');
select is_empty(format('select * from bookly.ticket_take(%L)', t), 'nobody''s: ' || coalesce(t, 'null'))
from unnest(array['', 'x', :'ticket', null, repeat('A', 43)]) t;
select pg_temp.ticket('tom') as ticket \gset
update bookly_data.tickets set valid_until = clock_timestamp() where user_id = 'tom';
select is_empty(format('select * from bookly.ticket_take(%L)', :'ticket'), 'not after its time');
select is(pg_temp.code_of('select bookly.ticket_create(null, null, null, null, null)'), '22023 user_id', 'for nobody');
create temp table made as select i, pg_temp.ticket('tess') as ticket from generate_series(1, 103) i;
select is((select count(*) from bookly_data.tickets where user_id = 'tess'), 100::bigint, 'a user has 100 at most');
select is((select array_agg(i order by i) from made m where not exists (select from bookly.ticket_take(m.ticket))), '{1,2,3}',
    'the oldest ones went');
select * from finish();
rollback;
