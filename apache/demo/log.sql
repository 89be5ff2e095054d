-- A log line of one of the six services, as often of each level as a healthy system has.
\set level random(1, 100)
\set service random(1, :services_count)
\set somewhere random(1, :rooms_count)
\set took random_exponential(2, 900, 6)
\if :level <= 30
    select bookly.write_log('debug', (:services)[:service],
        (array['HttpLogger', 'TokenCache', 'ResourceRepository', 'CalendarIndex', 'InventoryRepository', 'QueryPlanner'])[:service],
        (array['Petición recibida', 'Token encontrado en caché', 'Consulta de disponibilidad', 'Índice de horarios al día',
            'Inventario leído', 'Plan de consulta elegido'])[:service],
        metadata => jsonb_build_object('tookMs', :took / 10.0, 'cache', :took < 100));
\elif :level <= 86
    select bookly.write_log('info', (:services)[:service],
        (array['HttpLogger', 'LoginService', 'ResourceService', 'AvailabilityService', 'CheckInService', 'ReportService'])[:service],
        (array['GET /reservas 200', 'Sesión iniciada', 'Recurso consultado: ', 'Horario consultado: ', 'Préstamo registrado: ',
            'Panel actualizado: '])[:service] || case when :service > 2 then (:rooms)[:somewhere] else '' end,
        metadata => jsonb_build_object('tookMs', :took, 'requestId', substr(md5(random()::text), 1, 12)));
\elif :level <= 96
    select bookly.write_log('warn', (:services)[:service],
        (array['RateLimiter', 'LoginService', 'ResourceService', 'CalendarSync', 'StockMonitor', 'ReportService'])[:service],
        (array['Cliente cerca de su límite de peticiones', 'Contraseña incorrecta, tercer intento', 'Recurso sin responsable: ',
            'El calendario institucional tarda en responder', 'Quedan pocas unidades: ', 'El reporte tarda más de lo normal: '])[:service]
            || case when :service in (3, 5, 6) then (:rooms)[:somewhere] else '' end,
        metadata => jsonb_build_object('tookMs', :took * 10, 'password', 'never shown'));
\else
    select bookly.write_log('error', (:services)[:service],
        (array['HttpLogger', 'TokenService', 'ResourceRepository', 'CalendarSync', 'NotificationSender', 'PdfRenderer'])[:service],
        (array['Respuesta 502 del servicio de reportes', 'Firma de token desconocida', 'Tiempo de espera agotado en la base de datos',
            'El calendario institucional rechazó la conexión', 'El servidor de correo no respondió', 'Memoria insuficiente al componer el PDF'])[:service],
        metadata => jsonb_build_object('attempt', 1 + :took % 3),
        stack => e'Error: la operación no terminó\n    at run (dist/' || (:services)[:service] || e'/main.js:' || :took || ')');
\endif
