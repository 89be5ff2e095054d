drop trigger if exists event_push on bookly_data.events;
create constraint trigger event_push after insert on bookly_data.events
    deferrable initially deferred for each row execute function bookly_data.event_push();

drop trigger if exists event_replay_push on bookly_data.event_replays;
create constraint trigger event_replay_push after insert on bookly_data.event_replays
    deferrable initially deferred for each row execute function bookly_data.event_replay_push();
