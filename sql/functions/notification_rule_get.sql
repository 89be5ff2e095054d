create or replace function bookly.notification_rule_get(rule_id text)
returns text language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    answer text := (select bookly_data.rule_json(r) from bookly_data.notification_rules r where r.id = rule_id);
begin
    perform answer is not null or bookly_data.not_found('rule');
    return answer;
end
$$;
comment on function bookly.notification_rule_get(text) is 'A rule that makes notifications of events; P0002 when there is none.';
revoke execute on function bookly.notification_rule_get(text) from public;
grant execute on function bookly.notification_rule_get(text) to bookly_fcgi;
