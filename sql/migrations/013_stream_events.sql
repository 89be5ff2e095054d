-- The push of an event is made from the event when it is read: writers store it once. Rows of before,
-- and all other pushes, carry their payload.
alter table bookly_data.stream add column event_id text;
alter table bookly_data.stream alter column payload drop not null;
