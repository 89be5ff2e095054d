-- reported: what it last said of itself (null: nothing, or silent since). probe: what the daemons found last,
-- {"status": "up" or "down", …} (null: they do not look). status is the worse of the two.
alter table bookly_data.statuses
    add column reported text check (reported in ('up', 'degraded', 'down')),
    add column probe jsonb check (probe ->> 'status' in ('up', 'down'));
update bookly_data.statuses set reported = status;
