-- stream_figures: what a daemon's metrics ask.
begin;
select no_plan();
create temp table before as select * from bookly.stream_figures();
select is((select count(*) from before), 1::bigint, 'one row');
select is((select high from before), (select high from bookly.stream_bounds()), 'the highest id given');
select is((select in_flight_us from before), 0::bigint, 'nothing is in flight');
select is((select partitions from before),
    (select count(*)::int from pg_inherits where inhparent = 'bookly_data.stream'::regclass), 'all partitions');
select cmp_ok((select ahead_us from before), '>', (6.9 * 86400e6)::bigint, 'a week ahead at least');
select cmp_ok((select ahead_us from before), '<=', (8 * 86400e6)::bigint, 'and no more than was made');

select bookly_data.stream_append('e', 'events', null, null, 'k1', 'k2', 'k3', '{}') \g /dev/null
select cmp_ok((select in_flight_us from bookly.stream_figures()), '>', 0::bigint,
    'a transaction that has appended and is not over');
select cmp_ok((select in_flight_us from bookly.stream_figures()), '<', 600 * 1000000::bigint, 'has its age');
select is((select high from bookly.stream_figures()), (select high + 1 from before), 'and gave one id');

create table bookly_data.stream_p29991231 (like bookly_data.stream including all);
alter table bookly_data.stream attach partition bookly_data.stream_p29991231
    for values from ('2999-12-31 00:00:00Z') to ('3000-01-01 00:00:00Z');
select cmp_ok((select ahead_us from bookly.stream_figures()), '>', (365 * 86400e6)::bigint, 'the newest one counts');
select is((select partitions from bookly.stream_figures()), (select partitions + 1 from before), 'and is one more');
select * from finish();
rollback;
