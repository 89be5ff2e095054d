create or replace function bookly_data.logs_trim()
returns void language sql volatile as $$
    -- By a whole buffer at a time, so that a quiet log is left alone.
    delete from bookly_data.logs l
    where l.id < (select min(m.id) from bookly_data.logs m) + 100000
      and l.id < (select max(m.id) from bookly_data.logs m)
            - 2 * (select s.log_buffer_size from bookly_data.settings s)
      and (select max(m.id) - min(m.id) from bookly_data.logs m)
          >= 3 * (select s.log_buffer_size from bookly_data.settings s)
$$;
comment on function bookly_data.logs_trim() is 'Deletes log lines well beyond the buffer; the stream has its own.';
