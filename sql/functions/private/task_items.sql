create or replace function bookly_data.task_items(kind text, request jsonb)
returns table (rank bigint, item text) language plpgsql volatile
set plan_cache_mode = force_custom_plan set jit = off as $$
declare
    most int := coalesce((request ->> 'limit')::int, bookly_data.task_records_max() + 1);
    types text[];
    services text[];
    aggregate_types text[];
    aggregates text[];
    ids text[];
    since timestamptz := (request ->> 'from')::timestamptz;
    till timestamptz := (request ->> 'to')::timestamptz;
    statuses text[];
    topics text[];
begin
    if kind = 'event_replay' then
        types := bookly_data.event_types_of(request -> 'eventTypes');
        services := bookly_data.texts_of(request -> 'services');
        aggregate_types := bookly_data.texts_of(request -> 'aggregateTypes');
        aggregates := bookly_data.texts_of(request -> 'aggregateIds');
        ids := bookly_data.texts_of(request -> 'eventIds');
        return query
            select row_number() over (order by e.occurred_at, e.position), e.id
            from bookly_data.events e
            where (types is null or e.normal_type = any (types))
              and (services is null or e.service = any (services))
              and (aggregate_types is null or e.aggregate_type = any (aggregate_types))
              and (aggregates is null or e.aggregate_id = any (aggregates))
              and (ids is null or e.id = any (ids))
              and (since is null or e.occurred_at >= since)
              and (till is null or e.occurred_at <= till)
            order by e.occurred_at, e.position limit most;
    else
        types := bookly_data.event_types_of(request #> '{filter,eventType}');
        services := bookly_data.texts_of(request #> '{filter,service}');
        statuses := bookly_data.texts_of(request #> '{filter,status}');
        topics := bookly_data.texts_of(request #> '{filter,topic}');
        return query
            select row_number() over (order by d.id), d.id::text
            from bookly_data.dead_letters d
            where (types is null or d.normal_type = any (types))
              and (services is null or d.service = any (services))
              and (statuses is null or d.status = any (statuses))
              and (topics is null or d.topic = any (topics))
              and bookly_data.dead_letter_is_retriable(d.status, d.due_at, d.total_attempts)
            order by d.id limit most;
    end if;
end
$$;
comment on function bookly_data.task_items(text, jsonb) is
    'What a request asks for, in the order in which it is handled: events as they occurred, dead letters by age.
Planned for what the request names.';
