-- Something is published whose consumer fails: it becomes a dead letter, which worker.sql tries again.
\set kind random(1, 4)
\set somebody random(1, :users_count)
\set somewhere random(1, :rooms_count)
begin;
select bookly.publish_event(
    (array['EMAIL_REQUESTED', 'CALENDAR_SYNC_REQUESTED', 'REPORT_REQUESTED', 'ACCESS_CODE_REQUESTED'])[:kind],
    (array['stockpile-service', 'availability-service', 'reports-service', 'resources-service'])[:kind],
    data => jsonb_build_object('userId', (:users)[:somebody], 'resourceName', (:rooms)[:somewhere],
        'to', (:users)[:somebody] || '@universidad.example'),
    aggregate_type => 'Job', aggregate_id => substr(md5(random()::text), 1, 10),
    correlation_id => gen_random_uuid()::text, user_id => (:users)[:somebody]) as failing \gset
select bookly.fail_event(':failing',
    (array['SMTP 421: el servidor de correo no está disponible', 'El calendario institucional respondió 503',
        'Tiempo agotado al componer el PDF (30 s)', 'La cerradura electrónica no respondió'])[:kind],
    stack => (array[
        e'SmtpError: 421\n    at Connection.send (mail/smtp.js:88)\n    at Mailer.deliver (mail/mailer.js:31)',
        e'HttpError: 503\n    at CalendarClient.push (calendar/client.js:54)',
        e'TimeoutError: 30000 ms\n    at PdfRenderer.render (reports/pdf.js:120)',
        e'LockError: ECONNREFUSED\n    at LockClient.program (locks/client.js:19)'])[:kind],
    topic => (array['mail', 'calendar', 'reports', 'access'])[:kind]);
commit;
