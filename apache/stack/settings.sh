#!/bin/bash
# Writes run/bookly.conf, which both programs read: the stack's own values, then every setting
# that the caller's environment names. Nothing is judged here: the programs refuse bad ones.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

names() {
    sed -n 's/^SETTING([A-Z]*, *[a-z_0-9]*, *"\([A-Z_0-9]*\)".*/\1/p' \
        "$ROOT/shared/catalogue/settings.def"
    # misspelt ones as well, so that the program's own line names them
    env | sed -n 's/^\(\(WEBSOCKET\|CHANNEL_ROLES\|JWT\|AUTH\|DLQ\|STREAM\|FRONT\)_[A-Za-z_0-9]*\)=.*/\1/p'
}

given_settings() {
    local name
    for name in $(names | sort -u); do
        [ -n "${!name:-}" ] || continue
        # the stack's own business, and different in each program
        case $name in DATABASE_* | LOG_FILE | METRICS_FILE | PUSH_PORT | PUSH_ADMIN_PORT) continue ;; esac
        [[ ${!name} != *$'\n'* ]] || die "$name: holds a line break"
        echo "$name=${!name}"
    done
}

# The owner's name and password stay out of what the programs read.
database_for_programs() {
    local word="[[:space:]]*=[[:space:]]*('([^'\\\\]|\\\\.)*'|[^[:space:]]*)"
    case ${DATABASE_URL:-} in
    "") echo "postgresql:///bookly?host=${SOCKETS//\//%2F}&port=5432" ;;
    postgres://* | postgresql://*)
        sed -E 's#^([a-z]+://)[^/@]*@#\1#; s#([?&])(user|password)=[^&]*&?#\1#g; s#[?&]$##' \
            <<<"$DATABASE_URL"
        ;;
    *) sed -E "s/(^|[[:space:]])(user|password)$word//g; s/^[[:space:]]+//" <<<"$DATABASE_URL" ;;
    esac
}

database_for_owner() {
    echo "${DATABASE_URL:-postgresql://bookly:$(cat "$SECRET/owner_password")@/bookly?host=${SOCKETS//\//%2F}&port=5432}"
}

front_address() {
    case $BIND in
    "" | 0.0.0.0) echo 127.0.0.1 ;;
    ::) echo "[::1]" ;;
    *:*) echo "[$BIND]" ;;
    *) echo "$BIND" ;;
    esac
}

# A port that is this stack's own and stays: stacks side by side do not collide, and their users need
# not know it (make env tells). Below the range that the kernel gives to outgoing connections.
admin_port() {
    local port
    port=$(remembered PUSH_ADMIN_PORT)
    if [ -n "$port" ] && part_alive pushd pushd; then
        echo "$port"
        return
    fi
    port=${port:-$((30000 + 0x${STACK_ID:0:6} % 2700))}
    while [ "$port" = "$PORT" ] || [ "$port" = "$PUSH_PORT" ] ||
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((30000 + (port - 29999) % 2700))
    done
    echo "$port"
}

# what goes with the caller's choice: a key of any kind, and the mode that BIND allows
defaults() {
    [ -n "${JWT_SECRET:-}${JWT_SECRET_FILE:-}${JWT_PUBLIC_KEYS:-}" ] ||
        echo "JWT_SECRET_FILE=$SECRET/jwt_secret"
    [ -n "${AUTH_MODE:-}" ] || echo "AUTH_MODE=development"
    # an empty one means that the front server is not to be probed
    [ -n "${FRONT_HEALTH_URL+given}" ] || echo "FRONT_HEALTH_URL=http://$(front_address):$PORT/api/v1/health"
    echo "PUSH_PORT=$PUSH_PORT"
    echo "PUSH_ADMIN_PORT=$PUSH_ADMIN_PORT"
    echo "DATABASE_URL=$(database_for_programs)"
}

write() {
    local file=$1 mode=$2
    (umask 077 && cat >"$file.new")
    if $IS_ROOT; then chgrp "$FRONT_GROUP" "$file.new"; fi
    chmod "$mode" "$file.new"
    mv "$file.new" "$file"
}

PORT=${PORT:-3000} PUSH_PORT=${PUSH_PORT:-3001} FRONT=${FRONT:-apache} BIND=${BIND:-}
[[ $FRONT = apache || $FRONT = lighttpd ]] || die "FRONT: must be apache or lighttpd, not $FRONT"
for name in PORT PUSH_PORT; do
    [[ ${!name} =~ ^[0-9]{1,5}$ && ${!name} -ge 1 && ${!name} -le 65535 ]] ||
        die "$name: must be a port number, not ${!name}"
done
[ "$PORT" != "$PUSH_PORT" ] || die "PUSH_PORT: must differ from PORT"
# judged by pushd itself; 0: no administrative address
PUSH_ADMIN_PORT=${PUSH_ADMIN_PORT:-$(admin_port)}
[[ $BIND =~ ^[0-9A-Fa-f.:]*$ ]] || die "BIND: must be an address, not $BIND"
[[ ${DATABASE_URL:-} != *$'\n'* ]] || die "DATABASE_URL: holds a line break"
[[ -z ${DATABASE_URL:-} || $DATABASE_URL =~ ^postgres(ql)?:// || $DATABASE_URL =~ ^[[:space:]]*[a-z_]+[[:space:]]*= ]] ||
    die "DATABASE_URL: must begin with postgresql:// or be key=value words (host=… dbname=…)"
case $BIND in "" | 127.* | ::1) ;; *)
    [ "${AUTH_MODE:-}" = token ] || die "BIND: listening on $BIND needs AUTH_MODE=token"
    ;;
esac

{ defaults && given_settings; } | write "$CONFIG" 0640
database_for_owner | write "$SECRET/database_url" 0600
printf '%s\n' "PORT=$PORT" "PUSH_PORT=$PUSH_PORT" "PUSH_ADMIN_PORT=$PUSH_ADMIN_PORT" "FRONT=$FRONT" "BIND=$BIND" | write "$RUN/stack.env" 0644
