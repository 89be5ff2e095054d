-- Which event becomes whose notification: that of the users whom a field of the event names, of
-- everybody with a role, or both. Title, message and address are templates ({field}, {field|otherwise}).
create table bookly_data.notification_rules (
    id text primary key,
    event_type text not null,
    normal_type text not null,
    conditions jsonb,
    user_field text,
    role text,
    type text not null check (type in ('info', 'success', 'warning', 'error', 'action_required')),
    category text not null
        check (category in ('event', 'user', 'resource', 'reservation', 'limit', 'error', 'system')),
    title text not null,
    message text not null,
    action_url text,
    enabled boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    updated_by text,
    check (user_field is not null or role is not null)
);
create index notification_rules_type on bookly_data.notification_rules (normal_type) where enabled;

-- What went wrong with a rule, beside it: keeping count of that is no change of the rule.
create table bookly_data.notification_rule_failures (
    rule_id text primary key references bookly_data.notification_rules on delete cascade,
    failures bigint not null,
    failed_at timestamptz not null,
    event_id text,
    error text not null,
    logged_at timestamptz not null
);

-- Up to where the stream has been turned into notifications: what was there before is not.
create table bookly_data.notification_rules_position (
    only_row boolean primary key default true check (only_row),
    position bigint not null
);
insert into bookly_data.notification_rules_position (position)
select coalesce(pg_sequence_last_value('bookly_data.stream_id_seq'::regclass), 0);

-- Bookly's own. Laid here and nowhere else: what operators change or delete stays so.
insert into bookly_data.notification_rules (id, event_type, normal_type, conditions, user_field, role, type,
    category, title, message, action_url)
select d.id, d.event_type, translate(d.event_type, '_-', '..'), d.conditions::jsonb, d.user_field, d.role,
    d.type, d.category, d.title, d.message, d.action_url
from (values
    ('reservation.created', 'reservation.created', null, 'userId', null, 'success', 'reservation',
        'Reserva creada', 'Tu reserva de {resourceName|un recurso} quedó registrada.', '/reservas/{reservationId}'),
    ('reservation.confirmed', 'reservation.confirmed', null, 'userId', null, 'success', 'reservation',
        'Reserva confirmada', 'Tu reserva de {resourceName|un recurso} está confirmada.', null),
    ('reservation.approved', 'reservation.approved', null, 'userId', null, 'success', 'reservation',
        'Reserva confirmada', 'Tu reserva de {resourceName|un recurso} fue aprobada.', null),
    ('reservation.rejected', 'reservation.rejected', null, 'userId', null, 'warning', 'reservation',
        'Solicitud rechazada', 'Tu solicitud fue rechazada. Motivo: {reason|no indicado}', null),
    ('approval.rejected', 'approval.rejected', null, 'userId', null, 'warning', 'reservation',
        'Solicitud rechazada', 'Tu solicitud fue rechazada. Motivo: {reason|no indicado}', null),
    ('reservation.cancelled', 'reservation.cancelled', null, 'userId', null, 'warning', 'reservation',
        'Reserva cancelada', 'Tu reserva de {resourceName|un recurso} fue cancelada.', null),
    ('approval.requested', 'approval.requested', null, null, 'PROGRAM_ADMIN', 'action_required', 'reservation',
        'Solicitud pendiente', 'Hay una solicitud de {resourceName|un recurso} que espera aprobación.',
        '/aprobaciones/{approvalId}'),
    ('approval.granted', 'approval.granted', null, 'userId', null, 'success', 'reservation',
        'Solicitud aprobada', 'Tu solicitud de {resourceName|un recurso} fue aprobada.', null),
    ('waiting_list.notified', 'waiting_list.notified', null, 'userId', null, 'action_required', 'reservation',
        'Recurso disponible', 'Ya está disponible {resourceName|el recurso que esperabas}.', '/lista-espera'),
    ('maintenance.scheduled', 'maintenance.scheduled', null, null, 'GENERAL_ADMIN', 'warning', 'resource',
        'Mantenimiento programado', 'Se programó mantenimiento de {resourceName|un recurso}.', null),
    ('resource.created', 'resource.created', null, null, 'GENERAL_ADMIN', 'info', 'resource',
        'Recurso creado', 'Se creó {name|un recurso}.', '/recursos/{resourceId}'),
    ('resource.updated', 'resource.updated', null, null, 'GENERAL_ADMIN', 'info', 'resource',
        'Recurso actualizado', 'Se actualizó {name|un recurso}.', '/recursos/{resourceId}'),
    ('resource.deleted', 'resource.deleted', null, null, 'GENERAL_ADMIN', 'info', 'resource',
        'Recurso eliminado', 'Se eliminó {name|un recurso}.', '/recursos/{resourceId}'),
    ('check_out.overdue', 'check_out.overdue', null, 'userId', 'SECURITY', 'warning', 'limit',
        'Devolución vencida', 'La devolución de {resourceName|un recurso} está vencida.', null),
    ('role.assigned', 'role.assigned', null, 'userId', null, 'info', 'user',
        'Rol asignado', 'Tienes un rol nuevo: {role|consulta tu perfil}.', null),
    ('two_factor.enabled', 'two_factor.enabled', null, 'userId', null, 'info', 'user',
        'Verificación en dos pasos activada', 'Tu cuenta ahora pide un segundo paso para entrar.', null),
    ('password.changed', 'password.changed', null, 'userId', null, 'info', 'user',
        'Contraseña cambiada', 'Si no fuiste tú, avisa a un administrador.', null),
    ('report.generated', 'report.generated', null, 'generatedBy', null, 'success', 'system',
        'Reporte listo', 'El reporte {reportName|que pediste} está listo.', null),
    ('dlq.failed', 'dlq:event:failed', null, null, 'GENERAL_ADMIN', 'error', 'error',
        'Evento fallido', 'El evento {data.eventType} de {service} falló {attemptCount} veces: {error}', null),
    ('service.down', 'service:status:changed', '{"status": "down"}', null, 'GENERAL_ADMIN', 'error', 'error',
        'Servicio caído', 'El servicio {service} está caído.', null),
    ('component.down', 'infrastructure:status:changed', '{"status": "down"}', null, 'GENERAL_ADMIN', 'error', 'error',
        'Componente caído', 'El componente {component} está caído.', null))
    d (id, event_type, conditions, user_field, role, type, category, title, message, action_url);

-- Categories a user does not want. The inbox's lock decides: own notifications of these are not written,
-- what is there already, and those of roles, are left out when looking; own_unread leaves them out.
alter table bookly_data.inboxes add column muted text[] not null default '{}';
create index inboxes_muted on bookly_data.inboxes (user_id) where muted <> '{}';
alter table bookly_data.inbox_changes add column category text;
