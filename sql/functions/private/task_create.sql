create or replace function bookly_data.task_create(kind text, actor text, request jsonb, rate int, key text)
returns text language plpgsql as $$
#variable_conflict use_variable
declare
    task uuid := bookly_data.uuid_v7();
    began timestamptz := clock_timestamp();
    total int;
    known text;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true);
    if key is not null then
        known := bookly_data.idempotent_answer(actor, key, kind || ' ' || request::text, task::text);
        if known is not null then
            return format('{"id":"%s","count":%s}', known, coalesce(
                (select t.total from bookly_data.tasks t where t.id = known::uuid)::text, 'null'));
        end if;
    end if;
    -- One after another, so that their number holds; it is operators who wait here.
    perform pg_advisory_xact_lock(1651209271, 0);
    if (select count(*) from bookly_data.tasks t where t.status = 'running') >= 10 then
        raise exception 'ten replays and redrives are running, wait for one or cancel it'
            using errcode = 'BK409';
    end if;
    insert into bookly_data.task_parts (task_id, number, items)
    select task, (i.rank - 1) / 100, array_agg(i.item order by i.rank)
    from bookly_data.task_items(kind, request) i group by 2;
    select coalesce(sum(cardinality(p.items)), 0) into total
    from bookly_data.task_parts p where p.task_id = task;
    perform bookly_data.check_task_records(kind, total);
    insert into bookly_data.tasks (id, kind, status, actor, request, rate, total, next_at, created_at, finished_at)
    values (task, kind, case when total > 0 then 'running' else 'completed' end, actor, request, rate, total,
        began + coalesce(interval '1 second' / rate, interval '0'), began,
        case when total = 0 then clock_timestamp() end);
    -- Of those that have finished the newest are kept.
    delete from bookly_data.tasks t where t.id = any (array(
        select o.id from bookly_data.tasks o where o.status <> 'running' order by o.id desc offset 1000));
    insert into bookly_data.audit (actor, action, subject, details)
    values (actor, kind, task, jsonb_build_object('request', request, 'count', total));
    return format('{"id":"%s","count":%s}', task, total);
end
$$;
comment on function bookly_data.task_create(text, text, jsonb, int, text) is
    'Begins a task: what it will handle is fixed here, in order. {"id", "count"}. BK409 while ten are running;
22023 when more than task_records_max() records match. rate: records a second, null: as fast as it goes.';
