create or replace function bookly_data.idempotent_answer(
    actor text, key text, request text, proposed text)
returns text language plpgsql as $$
#variable_conflict use_column
declare
    request_digest bytea := sha256(convert_to(request, 'UTF8'));
    first_digest bytea;
    first_answer text;
begin
    perform bookly_data.check_text('idempotencyKey', idempotent_answer.key, 1, 200, true);
    -- Waits for a concurrent first use: the unique index decides who is first.
    insert into bookly_data.idempotency (actor, key, digest, answer)
    values (coalesce(idempotent_answer.actor, ''), idempotent_answer.key, request_digest, proposed)
    on conflict do nothing;
    if found then
        return null;
    end if;
    select digest, answer into first_digest, first_answer from bookly_data.idempotency i
    where i.actor = coalesce(idempotent_answer.actor, '') and i.key = idempotent_answer.key;
    if first_digest is distinct from request_digest then
        raise exception 'idempotencyKey: was used with another body'
            using errcode = 'BK422', column = 'idempotencyKey';
    end if;
    return first_answer;
end
$$;
comment on function bookly_data.idempotent_answer(text, text, text, text) is
    'Null when the key is new (the proposed answer is kept for repeats), else the first answer.
Another request under the same key raises BK422.';
