create or replace function bookly.notification_rules_step()
returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set jit = off as $$
declare
    began timestamptz := clock_timestamp();
    sources text[] := '{dlq:event:failed,service:status:changed,infrastructure:status:changed}';
    high bigint := bookly_data.stream_high();
    low bigint;
    start bigint := (select p.position from bookly_data.notification_rules_position p);
    stop bigint;
    types text[];
    found_ids bigint[];
    wanted_ids bigint[];
    some_name_nobody boolean;
    step record;
    subject jsonb;
    subject_id bigint;
    made bookly_data.notifications[] := '{}';
    written int := 0;
    failures jsonb := '{}';
    problem text;
begin
    if high <= start then
        return null;
    elsif not pg_try_advisory_xact_lock(1651209268, 2) then
        return 1000; -- another daemon does it; should it die, this one goes on
    end if;
    start := (select p.position from bookly_data.notification_rules_position p);
    -- Locks before rows: nothing appears later at or below low.
    low := bookly_data.stream_low(high);
    stop := least(low, start + 20000);
    if stop <= start then
        return case when high > start then 50 end;
    end if;
    types := array(select distinct r.normal_type from bookly_data.notification_rules r where r.enabled);
    found_ids := array(
        select s.id from bookly_data.stream s
        where s.id > start and s.id <= stop
          and ((s.event = 'event:created' and s.key1 = any (types)) or (s.event = any (sources) and s.event = any (types)))
        order by s.id limit 1000);
    if cardinality(found_ids) = 1000 then
        stop := found_ids[1000];
    end if;
    select array_agg(distinct m.id) filter (where not m.names_nobody), bool_or(m.names_nobody)
    into wanted_ids, some_name_nobody from bookly_data.rule_matches(found_ids) m;
    -- A step is a transaction: it ends before it holds too many inboxes, or readers of the stream up for long.
    if cardinality(wanted_ids) > 100 then
        wanted_ids := wanted_ids[:100];
        stop := wanted_ids[100];
    end if;
    for step in
        select m.id, m.pushed, m.event, m.rule from bookly_data.rule_matches(wanted_ids) m
        where not m.names_nobody order by m.id, (m.rule).id
    loop
        if subject_id is distinct from step.id then
            -- Events that take long are never too many for the statement time-out; one is always done.
            if written + cardinality(made) >= 500
                or (subject_id is not null and clock_timestamp() - began > interval '250 ms') then
                stop := step.id - 1;
                exit;
            end if;
            subject_id := step.id;
            subject := null;
        end if;
        begin
            subject := coalesce(subject, bookly_data.rule_event(step.pushed, step.event));
            if bookly_data.rule_applies((step.rule).conditions, subject) then
                made := made || array(select n from bookly_data.rule_notifications(step.rule, subject) n);
            end if;
        exception when others then
            get stacked diagnostics problem = message_text;
            failures := failures || jsonb_build_object((step.rule).id, jsonb_build_object(
                'count', coalesce((failures #>> array[(step.rule).id, 'count'])::int, 0) + 1,
                'eventId', subject ->> 'eventId', 'error', problem));
        end;
        if cardinality(made) >= 200 then
            insert into bookly_data.notifications select * from unnest(made);
            written := written + cardinality(made);
            made := '{}';
        end if;
    end loop;
    insert into bookly_data.notifications select * from unnest(made);
    if some_name_nobody then
        perform bookly_data.rule_failed(f.id, f.failures, f.event_id, 'userId: the event names nobody')
        from (select (m.rule).id, count(*) as failures, max((m.event).id) as event_id
              from bookly_data.rule_matches(found_ids) m where m.id <= stop and m.names_nobody
              group by 1 order by 1) f;
    end if;
    perform bookly_data.rule_failed(f.key, (f.value ->> 'count')::bigint, f.value ->> 'eventId', f.value ->> 'error')
    from jsonb_each(failures) f order by f.key;
    update bookly_data.notification_rules_position set position = stop;
    return case when stop < low then 0 when low < high then 20 end;
end
$$;
comment on function bookly.notification_rules_step() is
    'For a daemon: turns the next events of the stream into notifications, by the rules as they are now, and keeps
the position in the same transaction: each event once, whoever crashes. Returns the milliseconds until it wants to be
called again, null when nothing is left. What a rule cannot do is noted, and stops neither the others nor the events.';
revoke execute on function bookly.notification_rules_step() from public;
grant execute on function bookly.notification_rules_step() to bookly_pushd;
