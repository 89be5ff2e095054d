#!/bin/bash
# postgres.sh start|stop|superuser-url : the private cluster. It listens on a socket only, in a
# folder closed to others; passwords are scram, only the cluster's own user comes in by peer.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

CLUSTER=$DATA/pg
cd / # the cluster's user may not be allowed where we are
# the cluster belongs to whoever made it: a later run as root goes on as that user
if $IS_ROOT && [ -f "$CLUSTER/PG_VERSION" ]; then CLUSTER_USER=$(stat -c %U "$CLUSTER"); fi
find_programs() {
    local found
    found=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$found" ] || die "PostgreSQL is not installed"
    echo "$found"
}
PG=$(find_programs)

# pg_ctl status counts a zombie as running; only an answer counts here
running() {
    "$PG/pg_isready" -q -h "$SOCKETS" -p 5432
}

superuser() {
    as_user "$CLUSTER_USER" "$PG/psql" -X -q -v ON_ERROR_STOP=1 -h "$SOCKETS" -p 5432 -U postgres "$@"
}

create_cluster() {
    rm -rf "$CLUSTER.new"
    mkdir -m 0700 "$CLUSTER.new"
    if $IS_ROOT; then chown "$CLUSTER_USER" "$CLUSTER.new"; fi
    as_user "$CLUSTER_USER" env LC_ALL=C.UTF-8 "$PG/initdb" -D "$CLUSTER.new" -U postgres -E UTF8 \
        --locale=C.UTF-8 --auth=reject --no-instructions >>"$LOG/postgres.log" 2>&1 ||
        { show_log "$LOG/postgres.log" && die "the database cluster could not be made"; }
    echo "include 'bookly.conf'" >>"$CLUSTER.new/postgresql.conf"
    mv "$CLUSTER.new" "$CLUSTER"
}

write_config() {
    cat >"$CLUSTER/bookly.conf" <<END
listen_addresses = ''
port = 5432
unix_socket_directories = '$SOCKETS'
unix_socket_permissions = 0777
password_encryption = scram-sha-256
max_connections = ${POSTGRES_CONNECTIONS:-100}
fsync = ${POSTGRES_FSYNC:-on}
log_line_prefix = '%m [%p] %q%u@%d %a '
END
    printf '%s\n' "local all postgres peer map=cluster" "local all all scram-sha-256" \
        >"$CLUSTER/pg_hba.conf"
    printf '%s\n' "cluster $CLUSTER_USER postgres" "cluster root postgres" >"$CLUSTER/pg_ident.conf"
    if $IS_ROOT; then chown "$CLUSTER_USER" "$CLUSTER"/{bookly,pg_hba,pg_ident}.conf; fi
}

# After kill -9 or a reboot the number in the lock file may be that of somebody else's process,
# and PostgreSQL would then refuse to start.
drop_stale_lock() {
    local pid
    pid=$(head -n 1 "$CLUSTER/postmaster.pid" 2>/dev/null) || return 0
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] || rm -f "$CLUSTER/postmaster.pid"
}

start_cluster() {
    local deadline=$((SECONDS + 30))
    until running; do
        drop_stale_lock
        # a killed postmaster's children need a moment to go; 9 is the caller's lock
        as_user "$CLUSTER_USER" "$PG/pg_ctl" -D "$CLUSTER" -l "$LOG/postgres.log" -w -t 30 start \
            >/dev/null 2>&1 </dev/null 9>&- && break
        if [ $SECONDS -ge $deadline ]; then
            show_log "$LOG/postgres.log"
            die "PostgreSQL did not start"
        fi
        sleep 0.3
    done
}

create_database() {
    BOOKLY_OWNER_PASSWORD=$(cat "$SECRET/owner_password") superuser -d postgres <"$ROOT/sql/database.sql" >/dev/null
}

prepare_folders() {
    mkdir -p "$SOCKETS" "$LOG" "$RUN"
    touch "$LOG/postgres.log"
    chmod 0640 "$LOG/postgres.log"
    if $IS_ROOT; then
        chown "$CLUSTER_USER:$FRONT_GROUP" "$SOCKETS"
        chown "$CLUSTER_USER" "$LOG/postgres.log"
        chmod 0750 "$SOCKETS"
    else
        chmod 0700 "$SOCKETS"
    fi
}

case ${1:-} in
start)
    [ ! -f "$CLUSTER/PG_VERSION" ] || [ -r "$CLUSTER/PG_VERSION" ] ||
        die "STATE: the cluster in $STATE belongs to another user"
    prepare_folders
    if ! running; then
        [ -f "$CLUSTER/PG_VERSION" ] || create_cluster
        write_config
        start_cluster
        create_database
    fi
    head -n 1 "$CLUSTER/postmaster.pid" >"$RUN/postgres.pid"
    ;;
stop)
    if [ -f "$CLUSTER/postmaster.pid" ]; then
        drop_stale_lock
        as_user "$CLUSTER_USER" "$PG/pg_ctl" -D "$CLUSTER" -m fast -w -t 60 stop >/dev/null 2>&1 || true
    fi
    rm -f "$RUN/postgres.pid"
    ;;
superuser-url)
    echo "postgresql://postgres@/postgres?host=${SOCKETS//\//%2F}&port=5432"
    ;;
*) die "postgres.sh start|stop|superuser-url" ;;
esac
