-- Inboxes change all the time, what is muted rarely does.
drop trigger if exists mutes_push on bookly_data.inboxes;
create constraint trigger mutes_push after update of muted on bookly_data.inboxes
    deferrable initially deferred for each row when (new.muted <> old.muted)
    execute function bookly_data.mutes_push();
