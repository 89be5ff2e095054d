#!/bin/bash
# Has Apache start all of its FastCGI programs. mod_fcgid starts one when a request finds none free, and
# that request sleeps a second: rather we than a user. Programs that are there answer too fast to be
# busy, so they are held up until requests have called for the rest.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

BIND=$(remembered BIND)
case $BIND in "" | 0.0.0.0 | ::) BIND=127.0.0.1 ;; esac
PORT=$(remembered PORT)
WANTED=$(sed -n 's/^Define BOOKLY_PROCESSES //p' "$RUN/front.conf")
DEADLINE=$((SECONDS + 6))

programs() {
    local file
    for file in $(grep -lzxF "$BIN/bookly.fcgi" /proc/[0-9]*/cmdline 2>/dev/null); do
        file=${file#/proc/}
        echo "${file%/cmdline}"
    done
}

tell_programs() {
    # shellcheck disable=SC2046
    kill "-$1" $(programs) 2>/dev/null || true
}

all_started() {
    [ "$(programs | wc -l)" -ge "$WANTED" ]
}

[ "$(remembered FRONT)" = apache ] && [ ! -e "$RUN/front.warm" ] && [ -n "$WANTED" ] || exit 0
trap 'tell_programs CONT' EXIT
tell_programs STOP
answers=()
# more than there will be programs: some are answered before the one they got is held up
for _ in $(seq $((WANTED * 3 / 2))); do
    exec {fd}<>"/dev/tcp/$BIND/$PORT" && answers+=("$fd")
    printf 'GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$fd"
done
until all_started || [ $SECONDS -ge $DEADLINE ]; do
    tell_programs STOP
    sleep 0.05
done
tell_programs CONT
for fd in "${answers[@]}"; do
    timeout 5 cat <&"$fd" >/dev/null || true
    exec {fd}>&-
done
touch "$RUN/front.warm"
