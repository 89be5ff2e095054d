drop trigger if exists sessions_taken on bookly_data.sessions;
create trigger sessions_taken after update on bookly_data.sessions
    referencing old table as before_update new table as after_update
    for each statement execute function bookly_data.sessions_taken();
