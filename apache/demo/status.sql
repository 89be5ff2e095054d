-- The six services report themselves. By the clock, three minutes a round, reports-service gets slow, goes down and
-- comes back; the mail server is slow for a while.
select bookly.report_service(s.name,
        case when s.name = 'reports-service' and at.second between 55 and 64 then 'degraded'
             when s.name = 'reports-service' and at.second between 65 and 99 then 'down' else 'up' end,
        details => jsonb_build_object('version', '2.4.' || s.number, 'instances', 1 + s.number % 3))
  from unnest(:services) with ordinality s (name, number),
       (select (extract(epoch from clock_timestamp())::bigint - :begun) % 180 as second) at;
select bookly.report_component('mail-server', case when at.second between 120 and 150 then 'degraded' else 'up' end)
  from (select (extract(epoch from clock_timestamp())::bigint - :begun) % 180 as second) at;
select bookly.write_log('error', 'api-gateway', 'ServiceProxy', 'reports-service no responde: conexión rechazada',
        metadata => jsonb_build_object('target', 'reports-service', 'downFor', at.second - 65))
  from (select (extract(epoch from clock_timestamp())::bigint - :begun) % 180 as second) at
 where at.second between 65 and 99;
