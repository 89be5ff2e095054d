create or replace function bookly_data.rule_matches(ids bigint[])
returns table (id bigint, pushed bookly_data.stream, event bookly_data.events, rule bookly_data.notification_rules,
    names_nobody boolean)
language sql stable as $$
    select s.id, s, e, r,
        coalesce(r.role is null and r.user_field = 'userId' and r.conditions is null and e.id is not null
            and e.user_id is null and (e.data ? 'userId') is not true and (e.metadata ? 'userId') is not true, false)
    from bookly_data.stream s
    left join bookly_data.events e on e.id = s.event_id
    join bookly_data.notification_rules r
        on r.enabled and r.normal_type = case s.event when 'event:created' then s.key1 else s.event end
    where s.id = any (ids)
$$;
comment on function bookly_data.rule_matches(bigint[]) is
    'Rows of the stream with the rules for them. names_nobody: seen without unpacking the event, since such
events may come by thousands.';
