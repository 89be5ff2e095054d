create or replace function bookly.notify_user(
    user_id text,
    type text,
    category text,
    title text,
    message text,
    data jsonb default null,
    action_url text default null)
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_variable
declare
    good boolean;
    id uuid := bookly_data.uuid_v7();
begin
    good := bookly_data.check_text('user_id', user_id, 1, 128, true)
        and bookly_data.check_one_of('type', type, bookly_data.notification_types(), true)
        and bookly_data.check_one_of('category', category, bookly_data.category_names(), true)
        and bookly_data.check_text('title', title, 1, 200, true)
        and bookly_data.check_text('message', message, 1, 4000, true)
        and bookly_data.check_json('data', data)
        and bookly_data.check_action_url('action_url', action_url);
    insert into bookly_data.notifications (id, user_id, type, category, title, message, data, action_url)
    values (id, user_id, type, category, title, message, data, action_url);
    return id;
end
$$;
comment on function bookly.notify_user(text, text, text, text, text, jsonb, text) is
    'Puts a notification into a user''s inbox and pushes notification:created; returns its id. The user''s
surplus over the limit goes. action_url: a path that begins with one /, or https:.';
revoke execute on function bookly.notify_user(text, text, text, text, text, jsonb, text) from public;
grant execute on function bookly.notify_user(text, text, text, text, text, jsonb, text)
    to bookly_service, bookly_fcgi;
