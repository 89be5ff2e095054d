create or replace function bookly_data.pushd_notice()
returns void language sql volatile as $$
    insert into bookly_data.statuses as s (kind, name, status, since, last_seen, probe)
    select 'component', 'pushd', n.status, clock_timestamp(), clock_timestamp(), jsonb_build_object('status', n.status)
    from (select bookly_data.pushd_status((select k.probe ->> 'status' from bookly_data.statuses k
            where k.kind = 'component' and k.name = 'pushd')) as status) n
    where not exists (select from bookly_data.statuses k where k.kind = 'component' and k.name = 'pushd'
        and k.probe ->> 'status' = n.status)
    on conflict (kind, name) do update
    set probe = excluded.probe, status = bookly_data.status_worse(excluded.status, s.reported),
        since = case when s.status = bookly_data.status_worse(excluded.status, s.reported) then s.since
            else excluded.since end,
        last_seen = case excluded.status when 'up' then excluded.last_seen else s.last_seen end
    where s.probe is distinct from excluded.probe
$$;
comment on function bookly_data.pushd_notice() is
    'Writes down that the last daemon went or the first one came, where that is not known yet.';
