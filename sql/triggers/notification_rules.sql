drop trigger if exists rules_push on bookly_data.notification_rules;
create constraint trigger rules_push after insert or update or delete on bookly_data.notification_rules
    deferrable initially deferred for each row execute function bookly_data.rules_push();
