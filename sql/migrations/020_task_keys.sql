-- Replays and redrives take an Idempotency-Key: their functions have one argument more.
drop function if exists bookly.event_replay(text, jsonb);
drop function if exists bookly.dlq_redrive(text, jsonb);
