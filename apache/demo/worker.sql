-- A worker of the dead-letter queue: takes what is due, works on it for a moment, says how it went. Whoever else may
-- have closed it meanwhile (an operator) is right: the refusal is let pass.
\set outcome random(1, 100)
\set pause random(:work / 4, :work)
select coalesce(min(c.dlq_id::text), '') as letter, coalesce(min(c.total_attempts), 0) as attempt,
       count(*) as claimed from bookly.dlq_claim(max_records => 1) c \gset
\if :claimed > 0
    \sleep :pause ms
    do $$
    begin
        if :outcome <= 68 then
            perform bookly.dlq_succeed(':letter', 'procesado en el intento :attempt', :attempt);
        else
            perform bookly.dlq_fail(':letter', 'sigue sin responder (intento :attempt)', :attempt);
        end if;
    exception when others then
        null;
    end
    $$;
\endif
