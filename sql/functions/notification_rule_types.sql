create or replace function bookly.notification_rule_types()
returns setof text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct r.normal_type from bookly_data.notification_rules r where r.enabled
$$;
comment on function bookly.notification_rule_types() is
    'The event types that have a rule, in the form in which they are compared: a daemon asks for
notification_rules_step() when it meets one.';
revoke execute on function bookly.notification_rule_types() from public;
grant execute on function bookly.notification_rule_types() to bookly_pushd;
