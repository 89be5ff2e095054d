-- One step of a reservation's life. Each client of pgbench keeps its own story in variables: stage, the user and the
-- place, the correlation of the whole and the event that caused the next one.
\set chance random(1, 100)
begin;
\if :stage = 0
    \set user random(1, :users_count)
    \set room random(1, :rooms_count)
    \set purpose random(1, :purposes_count)
    \set hour random(7, 19)
    select gen_random_uuid() as correlation, 'res-' || substr(md5(random()::text), 1, 8) as reservation,
           current_date + 1 + floor(random() * 14)::int as day \gset
    select bookly.publish_event('RESERVATION_CREATED', 'availability-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'userName', (:people)[:user], 'resourceId', 'rec-' || (100 + :room), 'resourceName', (:rooms)[:room],
            'purpose', (:purposes)[:purpose], 'date', ':day', 'from', :hour || ':00', 'to', :hour + 2 || ':00',
            'attendees', 2 + :chance / 3),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        user_id => (:users)[:user], metadata => jsonb_build_object('channel', 'web', 'version', 1)) as event \gset
    select bookly.write_log('info', 'availability-service', 'ReservationService',
        'Reserva creada: ' || (:rooms)[:room] || ', ' || (:purposes)[:purpose],
        metadata => jsonb_build_object('reservationId', ':reservation', 'correlationId', ':correlation'));
    \set stage 1
\elif :stage = 1 and :room >= 4
    -- the larger places need somebody's approval
    select bookly.publish_event('APPROVAL_REQUESTED', 'stockpile-service',
        data => jsonb_build_object('approvalId', 'apr-:reservation', 'reservationId', ':reservation',
            'resourceName', (:rooms)[:room], 'requestedBy', (:people)[:user], 'purpose', (:purposes)[:purpose]),
        aggregate_type => 'Approval', aggregate_id => 'apr-:reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    \set stage 2
\elif :stage = 2 and :chance <= 22
    \set reason random(1, :reasons_count)
    select bookly.publish_event('APPROVAL_REJECTED', 'stockpile-service',
        data => jsonb_build_object('approvalId', 'apr-:reservation', 'reservationId', ':reservation',
            'userId', (:users)[:user], 'resourceName', (:rooms)[:room], 'reason', (:reasons)[:reason]),
        aggregate_type => 'Approval', aggregate_id => 'apr-:reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    select bookly.write_log('warn', 'stockpile-service', 'ApprovalFlow',
        'Solicitud rechazada: ' || (:reasons)[:reason],
        metadata => jsonb_build_object('approvalId', 'apr-:reservation', 'correlationId', ':correlation'));
    \set stage 0
\elif :stage = 2
    select bookly.publish_event('APPROVAL_GRANTED', 'stockpile-service',
        data => jsonb_build_object('approvalId', 'apr-:reservation', 'reservationId', ':reservation',
            'userId', (:users)[:user], 'resourceName', (:rooms)[:room]),
        aggregate_type => 'Approval', aggregate_id => 'apr-:reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    \set stage 3
\elif :stage <= 3
    select bookly.publish_event('RESERVATION_CONFIRMED', 'availability-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'resourceName', (:rooms)[:room], 'date', ':day', 'from', :hour || ':00'),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    \set stage 4
\elif :stage = 4 and :chance <= 15
    -- given up: whoever waits for the place hears of it
    \set waiting random(1, :users_count)
    select bookly.publish_event('RESERVATION_CANCELLED', 'availability-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'resourceName', (:rooms)[:room], 'cancelledBy', (:people)[:user]),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    select bookly.publish_event('WAITING_LIST_NOTIFIED', 'availability-service',
        data => jsonb_build_object('userId', (:users)[:waiting], 'resourceName', (:rooms)[:room]),
        aggregate_type => 'WaitingList', aggregate_id => 'rec-' || (100 + :room),
        correlation_id => ':correlation', causation_id => ':event');
    \set stage 0
\elif :stage = 4
    select bookly.publish_event('CHECK_IN_COMPLETED', 'stockpile-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'resourceName', (:rooms)[:room], 'method', 'QR'),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    \set stage 5
\elif :chance <= 15
    select bookly.publish_event('CHECK_OUT_OVERDUE', 'stockpile-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'resourceName', (:rooms)[:room], 'minutesLate', 5 + :chance * 3),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    select bookly.write_log('warn', 'stockpile-service', 'CheckOutMonitor',
        'Devolución vencida: ' || (:rooms)[:room] || ', ' || (:people)[:user],
        metadata => jsonb_build_object('reservationId', ':reservation', 'minutesLate', 5 + :chance * 3));
    \set stage 6
\else
    select bookly.publish_event('CHECK_OUT_COMPLETED', 'stockpile-service',
        data => jsonb_build_object('reservationId', ':reservation', 'userId', (:users)[:user],
            'resourceName', (:rooms)[:room], 'condition', 'en buen estado'),
        aggregate_type => 'Reservation', aggregate_id => ':reservation', correlation_id => ':correlation',
        causation_id => ':event', user_id => (:users)[:user]) as event \gset
    \set stage 0
\endif
commit;
