#!/bin/bash
# down.sh [purge] : stops every part of the stack, orphans included. Idempotent; what is stored
# stays, except with purge, which is for tests.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

purge() {
    rm -rf "$FALLBACK" "$STATE"
}
if [ ! -d "$RUN" ]; then
    [ "${1:-}" != purge ] || purge
    exit 0
fi
exec 9>"$RUN/lock"
flock -w 120 9 || die "another make up or make down in $STATE does not end"

bash "$STACK/front.sh" stop
bash "$STACK/pushd.sh" stop
[ ! -d "$DATA/pg" ] || bash "$STACK/postgres.sh" stop
rm -f "$RUN/background" "$RUN/run.pid"
[ "${1:-}" != purge ] || purge
