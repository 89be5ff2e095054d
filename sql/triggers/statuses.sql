drop trigger if exists status_push_new on bookly_data.statuses;
create constraint trigger status_push_new after insert on bookly_data.statuses
    deferrable initially deferred for each row execute function bookly_data.status_push();

drop trigger if exists status_push_change on bookly_data.statuses;
create constraint trigger status_push_change after update on bookly_data.statuses
    deferrable initially deferred for each row when (new.status <> old.status)
    execute function bookly_data.status_push();
