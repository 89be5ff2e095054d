-- What is claimed now is little; looking for claims that ran out must not meet all that is due.
create index dead_letters_claimed on bookly_data.dead_letters (due_at) where status = 'retrying';
