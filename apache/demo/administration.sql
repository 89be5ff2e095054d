-- What else happens in a university: sign-ins, resources, maintenance, roles, reports.
\set act random(1, 100)
\set user random(1, :users_count)
\set room random(1, :rooms_count)
\if :act <= 45
    select bookly.publish_event('USER_LOGGED_IN', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:user], 'userName', (:people)[:user], 'method', 'SSO'),
        aggregate_type => 'User', aggregate_id => (:users)[:user], user_id => (:users)[:user]);
\elif :act <= 65
    select bookly.publish_event('RESOURCE_UPDATED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (100 + :room), 'name', (:rooms)[:room],
            'changes', jsonb_build_object('capacity', 10 + :act)),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (100 + :room));
\elif :act <= 72
    select bookly.publish_event('RESOURCE_CREATED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (200 + :act * :room), 'name', 'Sala ' || (300 + :act * :room),
            'capacity', 10 + :act, 'building', 'Bloque ' || chr(64 + :room)),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (200 + :act * :room));
\elif :act <= 80
    begin;
    select bookly.publish_event('MAINTENANCE_SCHEDULED', 'resources-service',
        data => jsonb_build_object('resourceId', 'rec-' || (100 + :room), 'resourceName', (:rooms)[:room],
            'kind', 'preventivo', 'date', current_date + :act),
        aggregate_type => 'Resource', aggregate_id => 'rec-' || (100 + :room)) as event \gset
    select bookly.write_log('info', 'resources-service', 'MaintenancePlanner',
        'Mantenimiento programado: ' || (:rooms)[:room], metadata => jsonb_build_object('eventId', ':event'));
    commit;
\elif :act <= 90
    select bookly.publish_event('REPORT_GENERATED', 'reports-service',
        data => jsonb_build_object('reportId', 'rep-' || :act, 'reportName', 'Uso de ' || (:rooms)[:room],
            'generatedBy', (:users)[:user], 'rows', :act * 17, 'format', 'CSV'),
        aggregate_type => 'Report', aggregate_id => 'rep-' || :act, user_id => (:users)[:user]);
\elif :act <= 96
    select bookly.publish_event('ROLE_ASSIGNED', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:user], 'role', 'Responsable de ' || (:rooms)[:room]),
        aggregate_type => 'User', aggregate_id => (:users)[:user], user_id => (:users)[:user]);
\else
    select bookly.publish_event('TWO_FACTOR_ENABLED', 'auth-service',
        data => jsonb_build_object('userId', (:users)[:user], 'method', 'TOTP'),
        aggregate_type => 'User', aggregate_id => (:users)[:user], user_id => (:users)[:user]);
\endif
