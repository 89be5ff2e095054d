# TAP for shell tests. Sourced, never run.
# shellcheck shell=bash

TAP_COUNT=0
TAP_FAILED=0

# ok NAME COMMAND... : one test; what the command printed is shown only when it failed
ok() {
    local name=$1 output status=0
    shift
    TAP_COUNT=$((TAP_COUNT + 1))
    output=$("$@" 2>&1) || status=$?
    if [ $status = 0 ]; then
        echo "ok $TAP_COUNT - $name"
    else
        TAP_FAILED=$((TAP_FAILED + 1))
        echo "not ok $TAP_COUNT - $name"
        { echo "exit code $status" && tail -n 40 <<<"$output"; } | sed 's/^/# /'
    fi
}

tap_end() {
    echo "1..$TAP_COUNT"
    [ $TAP_FAILED = 0 ]
}

# wait_for SECONDS COMMAND... : until the command succeeds
wait_for() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep 0.05
    done
}
