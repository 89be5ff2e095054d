-- A log line of one of the six services, as often of each level as a healthy system has.
\set level random(1, 100)
\set service random(1, :services_count)
\set somewhere random(1, :rooms_count)
\set took random_exponential(2, 900, 6)
\if :level <= 30
    select bookly.write_log('debug', (:services)[:service], (:debug_contexts)[:service], (:debug_texts)[:service],
        metadata => jsonb_build_object('tookMs', :took / 10.0, 'cache', :took < 100));
\elif :level <= 86
    select bookly.write_log('info', (:services)[:service], (:info_contexts)[:service],
        replace((:info_texts)[:service], '{}', (:rooms)[:somewhere]),
        metadata => jsonb_build_object('tookMs', :took, 'requestId', substr(md5(random()::text), 1, 12)));
\elif :level <= 96
    select bookly.write_log('warn', (:services)[:service], (:warn_contexts)[:service],
        replace((:warn_texts)[:service], '{}', (:rooms)[:somewhere]),
        metadata => jsonb_build_object('tookMs', :took * 10, 'password', 'never shown'));
\else
    select bookly.write_log('error', (:services)[:service], (:error_contexts)[:service], (:error_texts)[:service],
        metadata => jsonb_build_object('attempt', 1 + :took % 3),
        stack => e'Error: la operación no terminó\n    at run (dist/' || (:services)[:service] || '/main.js:'
            || :took || ')');
\endif
