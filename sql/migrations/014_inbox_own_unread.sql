-- The unread notifications of the user alone, under the inbox's lock, which every change of them takes
-- anyway: to show the badge nobody counts them. Those of roles are counted when looking.
alter table bookly_data.inboxes rename column unread to own_unread;
update bookly_data.inboxes i set own_unread = (
    select count(*) from bookly_data.notifications n where n.user_id = i.user_id and not n.read);
