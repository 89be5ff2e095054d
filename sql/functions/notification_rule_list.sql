create or replace function bookly.notification_rule_list()
returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select '[' || coalesce(string_agg(bookly_data.rule_json(r), ',' order by r.id), '') || ']'
    from bookly_data.notification_rules r
$$;
comment on function bookly.notification_rule_list() is 'Every rule that makes notifications of events, by its id.';
revoke execute on function bookly.notification_rule_list() from public;
grant execute on function bookly.notification_rule_list() to bookly_fcgi;
