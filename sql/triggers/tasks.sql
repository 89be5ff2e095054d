drop trigger if exists task_push on bookly_data.tasks;
create constraint trigger task_push after insert on bookly_data.tasks
    deferrable initially deferred for each row when (new.status = 'running')
    execute function bookly_data.task_push();
