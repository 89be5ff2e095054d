create or replace function bookly.service_report(actor text, service text, body jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.check_body(body, '{
        "status": {"is": "text", "of": ["up", "degraded", "down"], "required": true},
        "details": {"is": "json"}}');
    return bookly_data.status_json(bookly_data.status_report('service', service, body ->> 'status',
        nullif(body -> 'details', 'null')));
end
$$;
comment on function bookly.service_report(text, text, jsonb) is
    'report_service for a REST body {status, details?}: the same object as in service_list().';
revoke execute on function bookly.service_report(text, text, jsonb) from public;
grant execute on function bookly.service_report(text, text, jsonb) to bookly_fcgi, bookly_pushd;
