#!/bin/bash
# up.sh [background] : brings the stack up, or back up where a part has died or is out of date.
# background: the end of a make run does not stop it.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

mkdir -p "$RUN"
exec 9>"$RUN/lock"
flock -w 120 9 || die "another make up or make down in $STATE does not end"

bash "$STACK/secrets.sh"
bash "$STACK/settings.sh"
bash "$STACK/programs.sh"
# a bad setting is named before anything is started
bash "$STACK/pushd.sh" check || die "a setting was refused"

[ -n "${DATABASE_URL:-}" ] || bash "$STACK/postgres.sh" start
bash "$STACK/schema.sh"
bash "$STACK/pushd.sh" start
FRONT=$(remembered FRONT) bash "$STACK/front.sh" start
bash "$STACK/wait.sh"
[ "${1:-}" != background ] || touch "$RUN/background"
