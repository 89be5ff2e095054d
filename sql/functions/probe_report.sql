create or replace function bookly.probe_report(findings jsonb)
returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    now timestamptz := clock_timestamp();
begin
    perform jsonb_typeof(findings) = 'array' or bookly_data.refuse('findings', 'must be an array');
    -- Targets no more: what they say of themselves is left, or nothing.
    delete from bookly_data.statuses s
    where s.probe is not null and s.reported is null and (s.kind, s.name) <> ('component', 'pushd')
        and not exists (select from jsonb_to_recordset(findings) f (kind text, name text)
            where f.kind = s.kind and f.name = s.name);
    update bookly_data.statuses s
    set probe = null, status = s.reported, since = case when s.status = s.reported then s.since else now end
    where s.probe is not null and (s.kind, s.name) <> ('component', 'pushd')
        and not exists (select from jsonb_to_recordset(findings) f (kind text, name text)
            where f.kind = s.kind and f.name = s.name);
    insert into bookly_data.statuses as s (kind, name, status, since, last_seen, probe)
    select f.kind, f.name, f.probe ->> 'status', now,
        coalesce(now - f."ageMs" * interval '1 millisecond', k.last_seen, now), f.probe
    from jsonb_to_recordset(findings) f (kind text, name text, "ageMs" bigint, probe jsonb)
        left join bookly_data.statuses k on k.kind = f.kind and k.name = f.name
    where f.probe ->> 'status' is not null and (k.probe is distinct from f.probe
        or f.probe ->> 'status' = 'up' and k.last_seen < now - interval '1 hour')
    order by f.kind, f.name
    on conflict (kind, name) do update
    set probe = excluded.probe, status = bookly_data.status_worse(excluded.status, s.reported),
        since = case when s.status = bookly_data.status_worse(excluded.status, s.reported) then s.since
            else excluded.since end,
        last_seen = greatest(s.last_seen, excluded.last_seen);
end
$$;
comment on function bookly.probe_report(jsonb) is
    'For the daemon that probes, when a finding has changed and once an hour: all of its targets, [{kind, name, probe:
{"status", …}, ageMs}] (probe null: not known yet; ageMs: since it last answered, where
this daemon knows). Writes what is new, and once an hour that one is still up.';
revoke execute on function bookly.probe_report(jsonb) from public;
grant execute on function bookly.probe_report(jsonb) to bookly_pushd;
