create or replace function bookly_data.event_json(e bookly_data.events, complete boolean default false)
returns text language sql stable as $$
    select '{"eventId":' || to_json(e.id) || ',"eventType":' || to_json(e.event_type)
        || ',"service":' || to_json(e.service)
        || ',"timestamp":' || bookly_data.quote_time(e.occurred_at)
        || ',"data":' || coalesce(e.data::text, 'null')
        || coalesce(',"aggregateType":' || to_json(e.aggregate_type), '')
        || coalesce(',"aggregateId":' || to_json(e.aggregate_id), '')
        || coalesce(',"correlationId":' || to_json(e.correlation_id), '')
        || case when complete then coalesce(',"causationId":' || to_json(e.causation_id), '')
            || coalesce(',"userId":' || to_json(e.user_id), '') else '' end
        || coalesce(',"metadata":' || e.metadata::text, '') || '}'
$$;
comment on function bookly_data.event_json(bookly_data.events, boolean) is
    'An event as event:created pushes it; complete, as lists show it: with causationId and userId.';
