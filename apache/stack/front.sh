#!/bin/bash
# front.sh start|stop : a private Apache or lighttpd. The configuration is apache/*.conf of the
# tree as it stands; run/front.conf in front of it holds the values of this stack.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

FRONT=${FRONT:-$(remembered FRONT)}
TOP=$RUN/front.conf
IPC=$SHORT/fcgid
PROCESSES=${FCGI_PROCESSES:-}

value() {
    local bind
    bind=$(remembered BIND)
    case $1 in
    port) remembered PORT ;;
    push_port) remembered PUSH_PORT ;;
    bind) echo "${bind:-127.0.0.1}" ;;
    # without BIND= the IPv6 loopback as well, where the machine has one
    bind6) if [ -z "$bind" ] && grep -q '^0\{31\}1 ' /proc/net/if_inet6 2>/dev/null; then echo "[::1]"; fi ;;
    esac
}

bracketed() {
    case $1 in \[*) echo "$1" ;; *:*) echo "[$1]" ;; *) echo "$1" ;; esac
}

apache_top() {
    local modules=/usr/lib/apache2/modules
    cat <<END
Define BOOKLY_MODULES $modules
Define BOOKLY_LISTEN $(bracketed "$(value bind)"):$(value port)
Define BOOKLY_PUSH 127.0.0.1:$(value push_port)
Define BOOKLY_RUN "$RUN"
Define BOOKLY_LOG "$SHORT/log"
Define BOOKLY_IPC "$IPC"
Define BOOKLY_BIN "$BIN"
Define BOOKLY_HTDOCS "$DATA/htdocs"
Define BOOKLY_CONFIG "$SHORT/run/bookly.conf"
Define BOOKLY_SECRET "$SHORT/secret"
Define BOOKLY_PART $STACK_ID:front
Define BOOKLY_SOURCE "$ROOT/apache"
Define BOOKLY_PROCESSES ${PROCESSES:-40}
END
    [ -z "$(value bind6)" ] || echo "Define BOOKLY_LISTEN6 $(value bind6):$(value port)"
    ! $IS_ROOT || printf 'User %s\nGroup %s\n' "$FRONT_USER" "$FRONT_GROUP"
    echo "Include \"$ROOT/apache/apache.conf\""
    for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
        [ -z "${!name:-}" ] || echo "FcgidInitialEnv $name \"${!name}\""
    done
}

lighttpd_top() {
    cat <<END
var.bookly_bind = "$(bracketed "$(value bind)")"
var.bookly_port = $(value port)
var.bookly_push_port = $(value push_port)
var.bookly_run = "$RUN"
var.bookly_log = "$SHORT/log"
var.bookly_ipc = "$IPC"
var.bookly_bin = "$BIN"
var.bookly_htdocs = "$DATA/htdocs"
var.bookly_config = "$SHORT/run/bookly.conf"
var.bookly_secret = "$SHORT/secret"
var.bookly_part = "$STACK_ID:front"
var.bookly_source = "$ROOT/apache"
var.bookly_processes = ${PROCESSES:-6}
var.bookly_asan = "${ASAN_OPTIONS:-}"
var.bookly_ubsan = "${UBSAN_OPTIONS:-}"
END
    ! $IS_ROOT || printf 'server.username = "%s"\nserver.groupname = "%s"\n' "$FRONT_USER" "$FRONT_GROUP"
    echo "include \"$ROOT/apache/lighttpd.conf\""
    [ -z "$(value bind6)" ] || echo "\$SERVER[\"socket\"] == \"$(value bind6):$(value port)\" { }"
}

digest() {
    cat "$TOP" "$ROOT"/apache/*.conf "$BIN/bookly.fcgi" "$CONFIG" | sha1sum
}

# the front server's user writes here: sockets of the programs, their log
prepare_folders() {
    rm -rf "$IPC"
    mkdir -p "$IPC"
    chmod 0700 "$IPC"
    touch "$LOG/fcgi.log" "$LOG/$FRONT.log" "$LOG/$FRONT-access.log"
    chmod 0640 "$LOG/fcgi.log" "$LOG/$FRONT.log" "$LOG/$FRONT-access.log"
    if $IS_ROOT; then chown "$FRONT_USER:" "$IPC" "$LOG/fcgi.log" "$LOG/$FRONT.log" "$LOG/$FRONT-access.log"; fi
}

launch() {
    local server=(/usr/sbin/lighttpd -f "$TOP")
    [ "$FRONT" != apache ] || server=(/usr/sbin/apache2 -f "$TOP" -k start)
    [ -x "${server[0]}" ] || die "FRONT: $FRONT is not installed"
    raise_limits
    setsid --wait env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "BOOKLY_PART=$STACK_ID:front" \
        "${server[@]}" </dev/null >>"$LOG/$FRONT.log" 2>&1 9>&-
}

start() {
    local before
    before=$(cat "$RUN/front.digest" 2>/dev/null || true)
    "${FRONT}_top" >"$TOP"
    if part_alive "$FRONT" front && [ "$before" = "$(digest)" ]; then
        return
    fi
    stop
    rm -f "$RUN/front.warm"
    prepare_folders
    if ! launch; then
        show_log "$LOG/$FRONT.log"
        die "$FRONT did not start"
    fi
    digest >"$RUN/front.digest"
}

# The first of the part's processes is the server; the programs go with it. After kill -9 of the
# server its children are still there and hold the port: the mark in their environment finds them.
stop() {
    local pid
    pid=$(cat "$RUN/apache.pid" "$RUN/lighttpd.pid" 2>/dev/null || true)
    if [ -n "$pid" ] && belongs_to "$pid" front; then
        stop_part front 10 "$pid"
    else
        stop_part front 1
    fi
    rm -f "$RUN/apache.pid" "$RUN/lighttpd.pid"
    rm -rf "$IPC"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*) die "front.sh start|stop" ;;
esac
