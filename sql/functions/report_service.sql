create or replace function bookly.report_service(service text, status text, details jsonb default null)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform bookly_data.status_report('service', service, status, details);
end
$$;
comment on function bookly.report_service(text, text, jsonb) is
    'Reports a service''s status: up, degraded or down. A change is pushed as service:status:changed.';
revoke execute on function bookly.report_service(text, text, jsonb) from public;
grant execute on function bookly.report_service(text, text, jsonb) to bookly_service, bookly_fcgi, bookly_pushd;
