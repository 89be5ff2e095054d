create or replace function bookly_data.log_buffer()
returns setof bookly_data.logs language sql stable as $$
    select l.* from bookly_data.logs l order by l.id desc
    limit (select s.log_buffer_size from bookly_data.settings s)
$$;
comment on function bookly_data.log_buffer() is 'The newest log lines, as many as LOG_BUFFER_SIZE says.';
