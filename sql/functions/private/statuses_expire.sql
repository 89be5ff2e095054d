create or replace function bookly_data.statuses_expire()
returns void language sql volatile as $$
    update bookly_data.statuses s set status = 'down', since = clock_timestamp()
    from (select x.kind, x.name from bookly_data.statuses x
          where x.kind = 'service' and x.status <> 'down'
            and x.last_seen < clock_timestamp() - interval '90 seconds'
          order by x.name for update skip locked) x
    where s.kind = x.kind and s.name = x.name
$$;
comment on function bookly_data.statuses_expire() is
    'A service that was reporting and has been silent for 90 s is down.';
