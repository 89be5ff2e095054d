-- What else happens in a university: sign-ins, resources, maintenance, roles, reports. (Variables are a client's, in
-- all scripts: those of its story have other names.)
\set act random(1, 100)
\set somebody random(1, :users_count)
\set somewhere random(1, :rooms_count)
\if :act <= 75
    select bookly.publish_event('USER_LOGGED_IN', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:somebody], 'userName', (:people)[:somebody], 'method', 'SSO'),
        aggregate_type => 'User', aggregate_id => (:users)[:somebody], user_id => (:users)[:somebody]);
\elif :act <= 80
    select bookly.publish_event('RESOURCE_UPDATED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (100 + :somewhere), 'name', (:rooms)[:somewhere],
            'changes', jsonb_build_object('capacity', 10 + :act)),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (100 + :somewhere));
\elif :act <= 83
    select bookly.publish_event('RESOURCE_CREATED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (200 + :act * :somewhere),
            'name', 'Sala ' || (300 + :act * :somewhere),
            'capacity', 10 + :act, 'building', 'Bloque ' || chr(64 + :somewhere)),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (200 + :act * :somewhere));
\elif :act <= 87
    begin;
    select bookly.publish_event('MAINTENANCE_SCHEDULED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (100 + :somewhere), 'resourceName', (:rooms)[:somewhere],
            'kind', 'preventivo', 'date', current_date + :act),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (100 + :somewhere)) as maintenance \gset
    select bookly.write_log('info', 'resources-service', 'MaintenancePlanner',
        'Mantenimiento programado: ' || (:rooms)[:somewhere],
        metadata => jsonb_build_object('eventId', ':maintenance'));
    commit;
\elif :act <= 94
    select bookly.publish_event('REPORT_GENERATED', 'reports-service',
        data => jsonb_build_object('reportId', 'rep-' || :act, 'reportName', 'Uso de ' || (:rooms)[:somewhere],
            'generatedBy', (:users)[:somebody], 'rows', :act * 17, 'format', 'CSV'),
        aggregate_type => 'Report', aggregate_id => 'rep-' || :act, user_id => (:users)[:somebody]);
\elif :act <= 97
    select bookly.publish_event('ROLE_ASSIGNED', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:somebody], 'role', 'Responsable de ' || (:rooms)[:somewhere]),
        aggregate_type => 'User', aggregate_id => (:users)[:somebody], user_id => (:users)[:somebody]);
\else
    select bookly.publish_event('TWO_FACTOR_ENABLED', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:somebody], 'method', 'TOTP'),
        aggregate_type => 'User', aggregate_id => (:users)[:somebody], user_id => (:users)[:somebody]);
\endif
