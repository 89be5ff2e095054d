# Who and what appears in the demo, as arrays of SQL that the scripts choose from. Sourced by run.sh.
# shellcheck shell=bash disable=SC2034

# words NAME ITEM... : NAME is an array of SQL, NAME_count how many
words() {
    local name=$1 item list=
    shift
    for item; do list+=",'${item//\'/\'\'}'"; done
    printf -v "$name" 'array[%s]' "${list#,}"
    printf -v "${name}_count" '%d' $#
}

# the first six sign in by the links of make run; people are their names, in the same order
words users user-123 student-1 teacher-1 program-admin-1 security-1 staff-1 \
    student-2 student-3 student-4 student-5 student-6 student-7 student-8 student-9 student-10 student-11 student-12 \
    student-13 teacher-2 teacher-3 teacher-4 teacher-5 teacher-6 teacher-7
words people 'Camila Rojas' 'Mateo Herrera' 'Lucía Fernández' 'Andrés Patiño' 'Julián Ríos' 'Marta Quintero' \
    'Valentina Gómez' 'Santiago Muñoz' 'Daniela Ospina' 'Nicolás Vargas' 'Sara Beltrán' 'Tomás Ibáñez' \
    'Gabriela Núñez' 'Emilio Castaño' 'Laura Pineda' 'Simón Arango' 'Isabel Duarte' 'Felipe Zapata' \
    'Paula Cárdenas' 'Álvaro Peña' 'Inés Montoya' 'Óscar Zúñiga' 'Teresa Vélez' 'Ramón Acosta'
words rooms 'Sala 101' 'Sala 204' 'Sala de juntas Norte' 'Auditorio Central' 'Laboratorio de Física' \
    'Laboratorio de Redes' 'Aula Magna' 'Cancha cubierta' 'Biblioteca, cubículo 7' 'Estudio de grabación' \
    'Taller de prototipos' 'Videoproyector 12'
words purposes 'Clase de Cálculo II' 'Tutoría de Programación' 'Defensa de tesis' 'Ensayo del coro' \
    'Reunión del consejo estudiantil' 'Práctica de Electrónica' 'Seminario de Historia' 'Taller de escritura' \
    'Semillero de investigación' 'Entrenamiento de voleibol'
words reasons 'el espacio está reservado para exámenes' 'falta el visto bueno del programa' \
    'supera el aforo permitido' 'coincide con un mantenimiento' 'la solicitud llegó fuera de plazo'
words services api-gateway auth-service resources-service availability-service stockpile-service reports-service

# what each of them logs, in the same order; {} is a place
words debug_contexts HttpLogger TokenCache ResourceRepository CalendarIndex InventoryRepository QueryPlanner
words debug_texts 'Petición recibida' 'Token encontrado en caché' 'Consulta de disponibilidad' \
    'Índice de horarios al día' 'Inventario leído' 'Plan de consulta elegido'
words info_contexts HttpLogger LoginService ResourceService AvailabilityService CheckInService ReportService
words info_texts 'GET /reservas 200' 'Sesión iniciada' 'Recurso consultado: {}' 'Horario consultado: {}' \
    'Préstamo registrado: {}' 'Panel actualizado: {}'
words warn_contexts RateLimiter LoginService ResourceService CalendarSync StockMonitor ReportService
words warn_texts 'Cliente cerca de su límite de peticiones' 'Contraseña incorrecta, tercer intento' \
    'Recurso sin responsable: {}' 'El calendario institucional tarda en responder' 'Quedan pocas unidades: {}' \
    'El reporte tarda más de lo normal: {}'
words error_contexts HttpLogger TokenService ResourceRepository CalendarSync NotificationSender PdfRenderer
words error_texts 'Respuesta 502 del servicio de reportes' 'Firma de token desconocida' \
    'Tiempo de espera agotado en la base de datos' 'El calendario institucional rechazó la conexión' \
    'El servidor de correo no respondió' 'Memoria insuficiente al componer el PDF'
