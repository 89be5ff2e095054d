create or replace function bookly_data.status_report(kind text, name text, status text, details jsonb)
returns bookly_data.statuses language plpgsql as $$
#variable_conflict use_column
declare
    now timestamptz := clock_timestamp();
    known bookly_data.statuses;
begin
    perform bookly_data.check_text(status_report.kind, status_report.name, 1, 100, true)
        and bookly_data.check_one_of('status', status_report.status, '{up,degraded,down}', true)
        and bookly_data.check_json('details', status_report.details);
    select s.* into known from bookly_data.statuses s
    where s.kind = status_report.kind and s.name = status_report.name;
    -- A heartbeat that says nothing new is not worth a write each time.
    if (known.reported, known.details) is not distinct from (status_report.status, status_report.details)
        and known.last_seen > now - interval '5 seconds' then
        return known;
    end if;
    insert into bookly_data.statuses as s (kind, name, status, reported, since, last_seen, details)
    values (status_report.kind, status_report.name, status_report.status, status_report.status, now, now,
        status_report.details)
    on conflict (kind, name) do update
    set reported = excluded.reported, last_seen = excluded.last_seen, details = excluded.details,
        status = bookly_data.status_worse(excluded.reported, s.probe ->> 'status'),
        since = case when s.status = bookly_data.status_worse(excluded.reported, s.probe ->> 'status') then s.since
            else excluded.since end
    returning s.* into known;
    return known;
end
$$;
comment on function bookly_data.status_report(text, text, text, jsonb) is
    'Keeps what a service or component says about itself; details replace the former ones.';
