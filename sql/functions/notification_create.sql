create or replace function bookly.notification_create(
    actor text, request jsonb, idempotency_key text, out status int, out body text)
returns record language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    users text[];
    to_role text;
    ids uuid[];
    rows bookly_data.notifications[];
    known text;
begin
    perform bookly_data.check_body(request, '{
        "userId": {"is": "text", "max": 128},
        "userIds": {"is": "texts", "max": 128, "count": 1000},
        "role": {"is": "role"},
        "type": {"is": "notificationType", "required": true},
        "category": {"is": "category", "required": true},
        "title": {"is": "text", "max": 200, "required": true},
        "message": {"is": "text", "max": 4000, "required": true},
        "data": {"is": "json"},
        "actionUrl": {"is": "url"}}');
    to_role := request ->> 'role';
    users := case when nullif(request -> 'userIds', 'null') is not null
        then array(select jsonb_array_elements_text(request -> 'userIds')) end;
    perform num_nonnulls(request ->> 'userId', users, to_role) = 1
        or bookly_data.refuse('userId', 'exactly one of userId, userIds and role is needed');
    perform (select count(distinct u) = count(u) from unnest(users) u)
        or bookly_data.refuse('userIds', 'must not name a user twice');
    ids := array(select bookly_data.uuid_v7() from generate_series(1, coalesce(cardinality(users), 1)));
    rows := array(
        select row(i.id, case when to_role is null then coalesce(i.owner, request ->> 'userId') end, to_role,
            request ->> 'type', request ->> 'category', request ->> 'title', request ->> 'message',
            nullif(request -> 'data', 'null'), request ->> 'actionUrl', false,
            clock_timestamp())::bookly_data.notifications
        from unnest(ids, users) with ordinality i (id, owner, at) order by i.at);
    body := case
        when to_role is not null then '{"id":"' || ids[1] || '","role":' || to_json(to_role) || '}'
        when users is not null then '{"ids":' || to_json(ids) || '}'
        else bookly_data.notification_json(rows[1], false) end;
    if idempotency_key is not null then
        known := bookly_data.idempotent_answer(actor, idempotency_key, 'notification ' || request::text, body);
        if known is not null then
            status := 200;
            body := known;
            return;
        end if;
    end if;
    insert into bookly_data.notifications select * from unnest(rows);
    status := 201;
end
$$;
comment on function bookly.notification_create(text, jsonb, text) is
    'Creates a notification of userId (answer: the dto), of up to 1,000 userIds ({"ids"}) or of a role
({"id", "role"}): 201; 200 with the first answer when the idempotency key is repeated.';
revoke execute on function bookly.notification_create(text, jsonb, text) from public;
grant execute on function bookly.notification_create(text, jsonb, text) to bookly_fcgi;
