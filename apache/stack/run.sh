#!/bin/bash
# The stack in the foreground: says where to look and what to paste, then shows what happens until
# Ctrl-C, which stops everything. A stack that make up had started before stays.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

parent=$PPID
mkdir -p "$RUN"
shared=false
other=$(cat "$RUN/run.pid" 2>/dev/null || true)
if [ -e "$RUN/background" ] || { [ -n "$other" ] && grep -qaF run.sh "/proc/$other/cmdline" 2>/dev/null; }; then
    shared=true
else
    echo $$ >"$RUN/run.pid"
fi

finish() {
    trap '' INT TERM HUP
    trap - EXIT
    [ -z "${follower:-}" ] || kill "$follower" 2>/dev/null || true
    $shared || bash "$STACK/down.sh"
    exit "${1:-0}"
}
trap 'finish 1' EXIT
trap 'echo; finish 0' INT TERM HUP

bash "$STACK/up.sh"
url=$(. <(bash "$STACK/env.sh") && echo "$BOOKLY_URL")
make_words="make --no-print-directory"
[ "$STATE" = "$ROOT/var" ] || make_words="$make_words STATE='$STATE'"
cat <<END

Bookly Realtime is running: $url ($(remembered FRONT), PostgreSQL, pushd on $(remembered PUSH_PORT))
  REST    $url/api/v1/health      logs $LOG
  metrics http://127.0.0.1:$(remembered PUSH_ADMIN_PORT)/metrics
  socket  io("$url/api/v1/ws", { auth: { token } })
Paste into another terminal, as an administrator:
  TOKEN=$(bash "$STACK/token.sh" user-123 GENERAL_ADMIN 86400 2>/dev/null || echo "(sign one with your own key)")
or as a student:
  TOKEN=$(bash "$STACK/token.sh" student-1 STUDENT 86400 2>/dev/null || echo "(sign one with your own key)")
and then: curl -H "Authorization: Bearer \$TOKEN" $url/api/v1/notifications
More:     eval "\$($make_words env)"; psql "\$DATABASE_URL"      Ctrl-C stops everything.
END
tail -n 0 -F "$LOG/pushd.log" 2>/dev/null 9>&- &
follower=$!
# make may be killed without a word to us
while kill -0 "$parent" 2>/dev/null && kill -0 "$follower" 2>/dev/null; do
    # make down in another terminal ends us too
    $shared || [ -e "$RUN/run.pid" ] || break
    sleep 1 &
    wait $! || true
done
finish 0
