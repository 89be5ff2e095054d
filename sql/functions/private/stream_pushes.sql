create or replace view bookly_data.stream_pushes as
    select s.id, s.at, s.event, s.channel, s.user_id, s.role, s.key1, s.key2, s.key3,
        coalesce(s.payload,
            (select case s.event
                when 'event:replayed' then left(bookly_data.event_json(e), -1)
                    || ',"replayTimestamp":' || bookly_data.quote_time(s.at) || '}'
                else bookly_data.event_json(e) end
             from bookly_data.events e where e.id = s.event_id)) as payload
    from bookly_data.stream s;
comment on view bookly_data.stream_pushes is
    'The stream as it is read: the payload of an event''s push is made here. A sub-select, which is run for the rows
that a reader returns, by the events'' key; a join could be planned otherwise.';
