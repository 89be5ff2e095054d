create or replace function bookly.notification_rule_delete(rule_id text, actor text)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    rule bookly_data.notification_rules;
    answer text;
begin
    perform bookly_data.check_text('actor', actor, 1, 128, true);
    select r.* into rule from bookly_data.notification_rules r where r.id = rule_id for update;
    perform found or bookly_data.not_found('rule');
    answer := bookly_data.rule_json(rule);
    delete from bookly_data.notification_rules r where r.id = rule.id;
    insert into bookly_data.audit (actor, action, subject, details)
    values (notification_rule_delete.actor, 'notification_rule_delete', rule.id,
        jsonb_build_object('before', to_jsonb(rule)));
    return answer;
end
$$;
comment on function bookly.notification_rule_delete(text, text) is
    'Deletes a rule and returns it as it was; P0002 when there is none. Audited.';
revoke execute on function bookly.notification_rule_delete(text, text) from public;
grant execute on function bookly.notification_rule_delete(text, text) to bookly_fcgi;
