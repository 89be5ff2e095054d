#!/bin/bash
# pushd.sh check|start|stop : the push daemon, in a session of its own so that a Ctrl-C meant
# for the foreground does not reach it.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

PIDFILE=$RUN/pushd.pid
# libpq would look into the caller's home; its LDAP brings GnuTLS, nearly a megabyte that nobody uses;
# sanitizer options are for the test builds
environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/nonexistent GNUTLS_NO_IMPLICIT_INIT=1
    DATABASE_USER=bookly_pushd "DATABASE_PASSWORD_FILE=$SECRET/pushd_password")
for name in ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS; do
    [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done

# what it runs with; another digest means that the running one is out of date
digest() {
    cat "$BIN/bookly-pushd" "$CONFIG" | sha1sum
}

start() {
    if part_alive pushd pushd && [ "$(cat "$RUN/pushd.digest" 2>/dev/null)" = "$(digest)" ]; then
        return
    fi
    stop
    touch "$LOG/pushd.log"
    chmod 0640 "$LOG/pushd.log"
    raise_limits
    local as=()
    ! $IS_ROOT || as=(setpriv --reuid="$FRONT_USER" --regid="$FRONT_GROUP" --init-groups --)
    # not as_user: a function in the background would leave a shell between us and the daemon
    "${as[@]}" setsid env -i "${environment[@]}" "BOOKLY_PART=$STACK_ID:pushd" \
        "$BIN/bookly-pushd" --config "$CONFIG" </dev/null >>"$LOG/pushd.log" 2>&1 9>&- &
    digest >"$RUN/pushd.digest"
    wait_for_pid
}

# the number of the daemon itself, not of a shell on the way to it
wait_for_pid() {
    local pid deadline=$((SECONDS + 5))
    until pid=$(part_pids pushd) && [ -n "$pid" ]; do
        if [ $SECONDS -ge $deadline ] || ! kill -0 $! 2>/dev/null; then
            show_log "$LOG/pushd.log"
            die "pushd did not start"
        fi
        sleep 0.02
    done
    head -n 1 <<<"$pid" >"$PIDFILE"
}

stop() {
    stop_part pushd 10
    rm -f "$PIDFILE"
}

case ${1:-} in
check) as_user "$FRONT_USER" env -i "${environment[@]}" "$BIN/bookly-pushd" --config "$CONFIG" --check ;;
start) start ;;
stop) stop ;;
*) die "pushd.sh check|start|stop" ;;
esac
