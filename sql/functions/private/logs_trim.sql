create or replace function bookly_data.logs_trim()
returns void language sql volatile as $$
    -- By half a buffer at a time, so that a quiet log is left alone.
    delete from bookly_data.logs l
    where l.id < (select max(m.id) from bookly_data.logs m)
            - 2 * (select s.log_buffer_size from bookly_data.settings s)
      and (select count(*) from (select from bookly_data.logs k
              limit 3 * (select s.log_buffer_size from bookly_data.settings s)) k)
          >= 3 * (select s.log_buffer_size from bookly_data.settings s)
$$;
comment on function bookly_data.logs_trim() is 'Deletes log lines well beyond the buffer; the stream has its own.';
