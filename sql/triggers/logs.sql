drop trigger if exists log_push on bookly_data.logs;
create constraint trigger log_push after insert on bookly_data.logs
    deferrable initially deferred for each row execute function bookly_data.log_push();
