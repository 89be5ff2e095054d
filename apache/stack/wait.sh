#!/bin/bash
# Returns when REST answers 200 and a Socket.IO handshake through the front server succeeds;
# otherwise shows the end of the log that tells why, and fails.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

PORT=$(remembered PORT)
FRONT=$(remembered FRONT)
BIND=$(remembered BIND)
case $BIND in "" | 0.0.0.0 | ::) BIND=127.0.0.1 ;; esac

probe() {
    bash "$STACK/probe.sh" "$BIND" "$PORT" "$1" 2>/dev/null || true
}

fail() {
    local file
    for file in "$@"; do show_log "$file"; done
    die "$problem"
}

deadline=$((SECONDS + ${UP_TIMEOUT:-40}))
while :; do
    problem="pushd ended"
    part_alive pushd pushd || fail "$LOG/pushd.log"
    problem="$FRONT ended"
    part_alive "$FRONT" front || fail "$LOG/$FRONT.log"

    problem="GET /api/v1/health was not answered with 200"
    logs=("$LOG/$FRONT.log" "$LOG/fcgi.log")
    health=$(probe /api/v1/health)
    if [ "${health:0:3}" = 200 ]; then
        problem="the Socket.IO handshake failed"
        logs=("$LOG/pushd.log")
        handshake=$(probe "/socket.io/?EIO=4&transport=polling")
        if [[ $handshake = 200*'0{"sid"'* || $handshake = 503*websocket_disabled* ]]; then
            bash "$STACK/warm.sh"
            exit 0
        fi
        problem="$problem: ${handshake:0:300}"
    else
        problem="$problem: ${health:0:300}"
    fi
    [ $SECONDS -lt $deadline ] || fail "${logs[@]}"
    sleep 0.1
done
