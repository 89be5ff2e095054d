-- When a daemon last took its lock; upkeep forgets those that took it long ago and hold it no more.
alter table bookly_data.daemons rename started_at to held_at;
