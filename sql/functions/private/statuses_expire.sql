create or replace function bookly_data.statuses_expire()
returns void language sql volatile as $$
    update bookly_data.statuses s
    set reported = null, status = x.left_over,
        since = case when s.status = x.left_over then s.since else clock_timestamp() end
    from (select x.kind, x.name, coalesce(x.probe ->> 'status', 'down') as left_over
          from bookly_data.statuses x
          where x.kind = 'service' and x.reported is not null
            and x.last_seen < clock_timestamp() - interval '90 seconds'
          order by x.name for update skip locked) x
    where s.kind = x.kind and s.name = x.name
$$;
comment on function bookly_data.statuses_expire() is
    'A service that was reporting and has been silent for 90 s is down, or what its probe finds.';
