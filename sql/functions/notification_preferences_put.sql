create or replace function bookly.notification_preferences_put(user_id text, roles text[], request jsonb)
returns text language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    given jsonb := request -> 'mutedCategories';
    inbox bookly_data.inboxes;
    wanted text[];
begin
    perform bookly_data.check_text('user_id', user_id, 1, 128, true)
        and bookly_data.check_body(request, '{"mutedCategories": {"is": "json", "required": true}}');
    if jsonb_typeof(given) <> 'array' or jsonb_array_length(given) > 20 then
        perform bookly_data.refuse('mutedCategories', 'must be an array of categories');
    end if;
    perform jsonb_typeof(c) = 'string' and bookly_data.check_one_of(format('mutedCategories[%s]', at - 1),
            c #>> '{}', bookly_data.category_names(), true)
        or bookly_data.refuse(format('mutedCategories[%s]', at - 1), 'must be a text')
    from jsonb_array_elements(given) with ordinality x (c, at) order by at;
    wanted := array(select distinct c from jsonb_array_elements_text(given) c order by c);
    -- The inbox's lock decides: what commits later is not written, what is there is left out.
    inbox := bookly_data.inbox_lock(user_id, roles);
    if inbox.muted <> wanted then
        update bookly_data.inboxes i
        set muted = wanted, version = i.version + 1, own_unread = (
            select count(*) from bookly_data.notifications n
            where n.user_id = i.user_id and not n.read and n.category <> all (wanted))
        where i.user_id = inbox.user_id;
    end if;
    return bookly_data.preferences_json(user_id, coalesce(roles, inbox.roles));
end
$$;
comment on function bookly.notification_preferences_put(text, text[], jsonb) is
    'Mutes the categories {"mutedCategories"} and no others. Notifications of these are neither written for the
user, nor shown, counted or pushed; unmuted, those that were there before and those of roles are back.';
revoke execute on function bookly.notification_preferences_put(text, text[], jsonb) from public;
grant execute on function bookly.notification_preferences_put(text, text[], jsonb) to bookly_fcgi;
