-- log_ingest() appends a batch itself, under that mark.
drop trigger if exists log_push on bookly_data.logs;
create constraint trigger log_push after insert on bookly_data.logs
    deferrable initially deferred for each row
    when (current_setting('bookly.logs_appended', true) is distinct from 'on') execute function bookly_data.log_push();
