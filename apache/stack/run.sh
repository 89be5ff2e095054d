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

# token_of USER ROLE : good for a day; nothing where the stack has only somebody else's public keys
token_of() {
    bash "$STACK/token.sh" "$1" "$2" 86400 2>/dev/null
}

# A fragment never leaves the browser: no server sees the token, and no log keeps it.
sign_in_links() {
    local pair token
    for pair in GENERAL_ADMIN:user-123 PROGRAM_ADMIN:program-admin-1 TEACHER:teacher-1 STUDENT:student-1 \
        SECURITY:security-1 ADMINISTRATIVE_STAFF:staff-1; do
        token=$(token_of "${pair#*:}" "${pair%:*}") || { echo "  $url/ (paste a token signed with your own key)" && return; }
        printf '  %-20s %s\n' "${pair%:*}" "$url/#token=$token"
    done
}

cat <<END

Bookly Realtime is running: $url ($(remembered FRONT), PostgreSQL, pushd on $(remembered PUSH_PORT))
  REST    $url/api/v1/health      logs $LOG
  metrics http://127.0.0.1:$(remembered PUSH_ADMIN_PORT)/metrics
  socket  io("$url/api/v1/ws", { auth: { token } })
Open in a browser, signed in by the link as:
$(sign_in_links)
Paste into another terminal, as an administrator:
  TOKEN=$(token_of user-123 GENERAL_ADMIN || echo "(sign one with your own key)")
or as a student:
  TOKEN=$(token_of student-1 STUDENT || echo "(sign one with your own key)")
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
