#!/bin/bash
# Stops every part of the stack, orphans included. Idempotent; what is stored stays.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

[ -d "$RUN" ] || exit 0
exec 9>"$RUN/lock"
flock -w 120 9 || die "another make up or make down in $STATE does not end"

bash "$STACK/front.sh" stop
bash "$STACK/pushd.sh" stop
[ ! -d "$DATA/pg" ] || bash "$STACK/postgres.sh" stop
rm -f "$RUN/background" "$RUN/run.pid"
