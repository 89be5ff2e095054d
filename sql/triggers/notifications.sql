drop trigger if exists inbox_changes_created on bookly_data.notifications;
create trigger inbox_changes_created after insert on bookly_data.notifications
    referencing new table as created
    for each statement execute function bookly_data.inbox_changes_created();

drop trigger if exists inbox_changes_updated on bookly_data.notifications;
create trigger inbox_changes_updated after update on bookly_data.notifications
    referencing old table as before_update new table as after_update
    for each statement execute function bookly_data.inbox_changes_updated();

drop trigger if exists inbox_changes_deleted on bookly_data.notifications;
create trigger inbox_changes_deleted after delete on bookly_data.notifications
    referencing old table as deleted
    for each statement execute function bookly_data.inbox_changes_deleted();

drop trigger if exists inbox_push on bookly_data.inbox_changes;
create constraint trigger inbox_push after insert on bookly_data.inbox_changes
    deferrable initially deferred for each row execute function bookly_data.inbox_push();
