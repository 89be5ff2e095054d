drop trigger if exists revocation_push on bookly_data.revocations;
create constraint trigger revocation_push after insert on bookly_data.revocations
    deferrable initially deferred for each row execute function bookly_data.revocation_push();
