create or replace view bookly_data.stream_pushes as
    select s.id, s.at, s.event, s.channel, s.user_id, s.role, s.key1, s.key2, s.key3,
        coalesce(s.payload,
            (select bookly_data.event_json(e) from bookly_data.events e where e.id = s.event_id)) as payload
    from bookly_data.stream s;
comment on view bookly_data.stream_pushes is
    'The stream as it is read: an event''s payload is made here. A sub-select, which is run for the rows
that a reader returns, by the events'' key; a join could be planned otherwise.';
