#!/bin/bash
# run.sh [RATE [STEPS]] : a Bookly day beside a running stack, RATE steps a second (5) until Ctrl-C, or STEPS of them.
# It is a back-end like any other: it writes by SQL as bookly_service, which may call the producers' functions and
# nothing else. pgbench keeps the pace, chooses the next script by its weight, and starts no step that is not due.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/../stack/layout.sh"
# shellcheck source=apache/demo/words.sh
. "$ROOT/apache/demo/words.sh"

RATE=${1:-5}
STEPS=${2:-}
CLIENTS=8 # as many stories at a time
[[ $RATE =~ ^[0-9]+([.][0-9]+)?$ ]] && [[ $RATE =~ [1-9] ]] || die "RATE: a number of steps a second, like 10"
[[ $STEPS =~ ^([1-9][0-9]*)?$ ]] || die "STEPS: a number"
[ -f "$RUN/stack.env" ] || die "no stack runs in $STATE: make up"
PGBENCH=$(printf '%s\n' /usr/lib/postgresql/*/bin/pgbench | sort -V | tail -n 1)
[ -x "$PGBENCH" ] || die "pgbench is missing (it comes with Debian's postgresql)"

# pgbench takes a whole address from here; in an argument everybody could read the password
PGDATABASE=$(cat "$SECRET/database_url")
export PGDATABASE PGCLIENTENCODING=UTF8 PGAPPNAME=bookly-demo
cd "$ROOT/apache/demo"

given=(-D "begun=$(date +%s)" -D stage=0 -D user=1 -D room=1 -D purpose=1 -D hour=8 -D day=today
    -D reservation=none -D correlation=none -D event=none
    -D "work=$(awk -v rate="$RATE" 'BEGIN { print int(900 * (rate > 30 ? 30 / rate : 1)) }')")
for name in users people rooms purposes reasons services {debug,info,warn,error}_{contexts,texts}; do
    count=${name}_count
    given+=(-D "$name=${!name}" -D "$count=${!count}")
done

length=(-T 86400)
[ -z "$STEPS" ] || length=(-t $(((STEPS + CLIENTS - 1) / CLIENTS)))
player=(env PGOPTIONS="-c role=bookly_service" "$PGBENCH" -n "${given[@]}")

# pgbench's lines in a reader's words, and at the end the first error
told() {
    local line error=
    while read -r line; do
        if [[ $line =~ ^progress:\ ([0-9]+)[.0-9]*\ s,\ ([0-9.]+)\ tps ]]; then
            echo "${BASH_REMATCH[1]} s: ${BASH_REMATCH[2]} steps a second"
        elif [[ -z $error && $line = *error:* ]]; then
            error=${line#*error: }
        fi
    done
    [ -z "$error" ] || echo "$error" >&2
}

admit=$(mktemp)
playing=
finish() {
    trap '' INT TERM HUP
    trap - EXIT
    [ -z "$playing" ] || kill "$playing" 2>/dev/null || true
    rm -f "$admit"
    exit "$1"
}
trap 'finish 1' EXIT
trap 'echo; finish 0' INT TERM HUP

echo 'grant bookly_service to current_user;' >"$admit"
"$PGBENCH" -n -t 1 -f "$admit" >/dev/null 2>&1 ||
    die "the database of $STATE does not answer, or its owner cannot be a bookly_service"
"${player[@]}" -t 1 -f status.sql >/dev/null 2>&1 || die "the first report was refused"
echo "A day at the university, $RATE steps a second. Ctrl-C ends it; 90 s later its services count as down."
while :; do
    "${player[@]}" -c "$CLIENTS" -R "$RATE" -P 5 "${length[@]}" -f reservation.sql@45 -f log.sql@30 \
        -f administration.sql@10 -f failure.sql@3 -f worker.sql@8 -f status.sql@4 2> >(told) >/dev/null &
    playing=$!
    status=0
    wait $playing || status=$?
    playing=
    [ -z "$STEPS" ] || finish $status
    [ $status = 0 ] || echo "it broke off; once more in 2 s"
    sleep 2 &
    wait $!
done
