-- stream_page and stream_bounds: what they return, what they skip, what they cost.
begin;
select no_plan();
create function pg_temp.code_of(statement text) returns text language plpgsql as $$
declare c text;
begin
    execute statement;
    return 'no error';
exception when others then
    get stacked diagnostics c = column_name;
    return trim(sqlstate || ' ' || c);
end $$;
-- page(...): the rows as text and, last, position, 'more' or ''
create temp table started as select high as id, epoch from bookly.stream_bounds();
create function pg_temp.page(after bigint, upto bigint, max_rows int, max_scan int, channels text[],
    users text[] default null, roles text[] default null) returns text language sql as $$
    select string_agg(case when p.event is null
        then '| ' || p.id - s.id || coalesce(' ' || p.key2, '') else p.payload end, ' ' order by p.at)
    from started s, bookly.stream_page(s.id + after, s.id + upto, max_rows, max_scan, channels, users, roles)
        with ordinality p (id, event, channel, user_id, role, key1, key2, key3, payload, age_ms, at)
$$;
create function pg_temp.append(channel text, payload text, user_id text default null, role text default null)
returns boolean language sql as $$
    select bookly_data.stream_append('e', channel, user_id, role, 'k1', 'k2', 'k3', payload)
$$;
-- places 1 to 10; what the bound of this transaction holds back is let go by "upto"
select pg_temp.append('events', 'e1'), pg_temp.append('logs', 'l2'), pg_temp.append('notifications', 'n3', 'u1'),
    pg_temp.append('notifications', 'n4', 'u2'), pg_temp.append('notifications', 'n5', null, 'TEACHER'),
    pg_temp.append('control', 'c6'), nextval('bookly_data.stream_id_seq'), pg_temp.append('events', 'e8'),
    pg_temp.append('dlq', 'd9'), pg_temp.append('dashboard', 's10') \g /dev/null

select is(pg_temp.page(t.after, t.upto, t.max_rows, t.max_scan, t.channels::text[], t.users::text[], t.roles::text[]),
    t.expected, t.name)
from (values
    ('every channel', 0, 10, 100, 100, '{events,logs,notifications,dlq,dashboard}', null, null,
        'e1 l2 n3 n4 n5 e8 d9 s10 | 10'),
    ('one channel', 0, 10, 100, 100, '{events}', null, null, 'e1 e8 | 10'),
    ('from the middle', 1, 10, 100, 100, '{events}', null, null, 'e8 | 10'),
    ('control is nobody''s', 0, 10, 100, 100, '{control,dlq}', null, null, 'd9 | 10'),
    ('no channel', 0, 10, 100, 100, '{}', null, null, '| 10'),
    ('no channel at all', 0, 10, 100, 100, null, null, null, '| 10'),
    ('an unknown one', 0, 10, 100, 100, '{other}', null, null, '| 10'),
    ('one user, no role', 0, 10, 100, 100, '{notifications}', '{u1}', '{}', 'n3 | 10'),
    ('one user and a role', 0, 10, 100, 100, '{notifications}', '{u2}', '{STUDENT,TEACHER}', 'n4 n5 | 10'),
    ('a role that has none', 0, 10, 100, 100, '{notifications}', '{u3}', '{STUDENT}', '| 10'),
    ('any user, no role', 0, 10, 100, 100, '{notifications}', null, '{}', 'n3 n4 | 10'),
    ('no user, any role', 0, 10, 100, 100, '{notifications}', '{}', null, 'n5 | 10'),
    ('users do not narrow other channels', 0, 10, 100, 100, '{notifications,events}', '{u1}', '{}', 'e1 n3 e8 | 10'),
    ('as many rows as asked for', 0, 10, 1, 100, '{events}', null, null, 'e1 | 1 more'),
    ('and then the rest', 1, 10, 1, 100, '{events}', null, null, 'e8 | 8 more'),
    ('which ends', 8, 10, 1, 100, '{events}', null, null, '| 10'),
    ('the last row fills the page', 0, 8, 2, 100, '{events}', null, null, 'e1 e8 | 8'),
    ('no more ids than asked for', 0, 10, 100, 4, '{events,dlq}', null, null, 'e1 | 4 more'),
    ('holes count as ids', 4, 10, 100, 3, '{events}', null, null, '| 7 more'),
    ('the scan that reaches the end', 7, 10, 100, 3, '{events}', null, null, 'e8 | 10'),
    ('upto before the end', 0, 3, 100, 100, '{events,notifications,dlq}', null, null, 'e1 n3 | 3'),
    ('upto behind the position', 5, 3, 100, 100, '{events,dlq}', null, null, '| 5'),
    ('upto beyond the end is the end', 0, 1000, 100, 1000, '{dlq}', null, null, 'd9 | 10'),
    ('the end', 10, 10, 100, 100, '{events}', null, null, '| 10'),
    ('a safe end, which this transaction holds back', 0, null, 100, 100, '{events}', null, null, '| 0'))
    t (name, after, upto, max_rows, max_scan, channels, users, roles, expected);
select results_eq($$ select p.id - s.id, p.event, p.channel, p.user_id, p.role, p.key1, p.key2, p.key3, p.payload,
        p.age_ms between 0 and 60000 from started s, bookly.stream_page(s.id, s.id + 10, 9, 99, '{notifications}', '{}', null) p $$,
    $$ select v.* from started s, lateral (values
        (5::bigint, 'e', 'notifications', null, 'TEACHER', 'k1', 'k2', 'k3', 'n5', true),
        (10, null, null, null, null, s.epoch, null, null, null, null)) v $$, 'a row and the last one, whole');
select is(pg_temp.code_of(t.arguments), t.expected, t.arguments)
from (values ('select bookly.stream_page(id + 11, null, 1, 1, ''{events}'', null, null) from started', 'BK410'),
    ('select bookly.stream_page(null, null, 1, 1, ''{events}'', null, null)', '22023 after'),
    ('select bookly.stream_page(0, null, 0, 1, ''{events}'', null, null)', '22023 max_rows'),
    ('select bookly.stream_page(0, null, null, 1, ''{events}'', null, null)', '22023 max_rows'),
    ('select bookly.stream_page(0, null, 1, 0, ''{events}'', null, null)', '22023 max_scan'),
    ('select bookly.stream_page(0, null, 1, null, ''{events}'', null, null)', '22023 max_scan')) t (arguments, expected);

-- stream_bounds
select results_eq('select b.epoch, b.high - s.id, b.low - s.id from bookly.stream_bounds() b, started s',
    $$ select bookly_data.stream_epoch(), 10::bigint, 0::bigint $$, 'high is the end, low what is complete');
select is((select floor from bookly.stream_bounds()), (select id from bookly_data.stream_floor), 'floor');
savepoint floor_raised;
update bookly_data.stream_floor set id = (select id + 4 from started);
select is((select b.floor - s.id from bookly.stream_bounds() b, started s), 4::bigint, 'a raised floor');
select is(pg_temp.code_of('select pg_temp.page(3, 10, 100, 100, ''{events}'')'), 'BK410', 'below the floor rows are lost');
select is(pg_temp.page(4, 10, 100, 100, '{events}'), 'e8 | 10', 'at the floor nothing is');
rollback to floor_raised;

-- large rows: no page, and no read of the daemon's, is longer than 1 MB and the row that passes it
savepoint large;
select pg_temp.append('events', repeat(i::text, 400000)) from generate_series(1, 5) i \g /dev/null
create temp view large as select array_agg(left(r.payload, 1) order by r.id) filter (where r.event is not null) as rows,
    max(r.id) - max(s.id) as reached from started s, bookly.stream_read(s.id + 10, 500) r;
select results_eq('select * from large', $$ values ('{1,2,3}'::text[], 13::bigint) $$, 'a read');
select results_eq($$ select left(p.payload, 1), p.id - s.id, p.key2 from started s,
        bookly.stream_page(s.id + 10, s.id + 15, 500, 500, '{events}', null, null) p $$,
    $$ values ('1', 11::bigint, 'k2'), ('2', 12, 'k2'), ('3', 13, 'k2'), (null, 13, 'more') $$, 'a page');
select results_eq($$ select left(p.payload, 1), p.id - s.id, p.key2 from started s,
        bookly.stream_page(s.id + 13, s.id + 15, 500, 500, '{events}', null, null) p $$,
    $$ values ('4', 14::bigint, 'k2'), ('5', 15, 'k2'), (null, 15, null) $$, 'and the next');
rollback to large;

-- what it costs: ids looked at, whatever the size of the stream and the statistics
select count(pg_temp.append(case when i % 100 = 0 then 'logs' else 'events' end, 'x')) from generate_series(1, 3000) i \g /dev/null
create temp view cost as
    select coalesce(sum(seq_scan), 0) as scans, coalesce(sum(idx_tup_fetch), 0) as rows
    from pg_stat_xact_user_tables where schemaname = 'bookly_data' and relname ~ '^stream_p';
create temp table before as select * from cost;
select count(*) from bookly.stream_page((select high from bookly.stream_bounds()), null, 100, 1000, '{logs}', null, null) \g /dev/null
select results_eq('select c.scans - b.scans, c.rows - b.rows from cost c, before b', 'select 0::numeric, 0::numeric',
    'at the end no row is looked at');
select count(pg_temp.page(100, 3010, 1000, 50, '{logs}')) from generate_series(1, 10) \g /dev/null
select results_eq('select c.scans - b.scans, c.rows - b.rows from cost c, before b', 'select 0::numeric, 500::numeric',
    'and else max_scan rows at most, by the index');
select * from finish();
rollback;
