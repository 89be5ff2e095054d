create or replace function bookly_data.sessions_expire()
returns void language plpgsql set jit = off as $$
declare
    living int[] := array(select d.daemon from bookly_data.daemons_live() d);
    free_since timestamptz := bookly_data.sessions_kept_since(false);
    held_since timestamptz := bookly_data.sessions_kept_since(true);
    touch_before timestamptz := clock_timestamp() - bookly_data.session_touch_interval();
begin
    -- What is being written now is left for the next round.
    update bookly_data.sessions s set touched_at = clock_timestamp()
    where s.pid = any (array(
        select x.pid from bookly_data.sessions x
        where x.daemon = any (living) and x.touched_at < touch_before
        order by x.touched_at limit 50000 for update skip locked));
    delete from bookly_data.sessions s
    where s.pid = any (array(
        select x.pid from bookly_data.sessions x
        where x.touched_at <= case when x.daemon is null then free_since else held_since end
        limit 50000 for update skip locked));
    delete from bookly_data.daemons d
    where d.daemon <> all (living) and d.held_at < clock_timestamp() - interval '1 hour';
    delete from bookly_data.daemon_figures f
    where f.daemon <> all (living) and f.reported_at < clock_timestamp() - interval '1 hour';
end
$$;
comment on function bookly_data.sessions_expire() is
    'Touches the sessions of living daemons, deletes those past the retention, forgets daemons that died.';
