create or replace function bookly_data.check_rule(request jsonb)
returns boolean language plpgsql as $$
declare
    url text := request ->> 'actionUrl';
    conditions jsonb := nullif(request -> 'conditions', 'null');
begin
    perform bookly_data.check_body(request, '{
        "eventType": {"is": "text", "max": 200, "required": true},
        "conditions": {"is": "json"},
        "userField": {"is": "text", "max": 100},
        "role": {"is": "role"},
        "type": {"is": "notificationType", "required": true},
        "category": {"is": "category", "required": true},
        "title": {"is": "text", "max": 200, "required": true},
        "message": {"is": "text", "max": 4000, "required": true},
        "actionUrl": {"is": "text", "max": 2000},
        "enabled": {"is": "json"}}');
    perform bookly_data.check_template('title', request ->> 'title')
        and bookly_data.check_template('message', request ->> 'message');
    perform num_nonnulls(request ->> 'userField', request ->> 'role') > 0
        or bookly_data.refuse('userField', 'userField or role is needed: somebody must receive it');
    perform bookly_data.check_rule_field('userField', request ->> 'userField')
        where request ->> 'userField' is not null;
    perform bookly_data.check_conditions('conditions', conditions) where conditions is not null;
    perform coalesce(jsonb_typeof(request -> 'enabled'), 'null') in ('boolean', 'null')
        or bookly_data.refuse('enabled', 'must be true or false');
    if url is not null then
        perform bookly_data.check_template('actionUrl', url);
        -- A value of the event must not choose the host.
        perform url !~* '^https:[^?#]{2}[^/?#]*[{]' or bookly_data.refuse('actionUrl', 'the host must be written out');
        perform bookly_data.check_action_url('actionUrl', regexp_replace(url, '\{[^{}]*\}', 'x', 'g'));
    end if;
    return true;
end
$$;
comment on function bookly_data.check_rule(jsonb) is 'True when the rule may be kept, else refuses it and names the field.';
