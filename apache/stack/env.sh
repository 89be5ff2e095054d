#!/bin/bash
# Prints export lines for scripts: where the stack is, its owner's database URL, its HS256 secret.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

[ -f "$RUN/stack.env" ] || die "nothing was started in $STATE yet: make up"
host=$(remembered BIND)
case $host in "" | 0.0.0.0 | ::) host=localhost ;; *:*) host="[$host]" ;; esac
secret=$(setting_of JWT_SECRET)
file=$(setting_of JWT_SECRET_FILE)
[ -n "$secret" ] || [ -z "$file" ] || secret=$(cat "$file")

line() {
    printf "export %s='%s'\n" "$1" "${2//\'/\'\\\'\'}"
}
line BOOKLY_URL "http://$host:$(remembered PORT)"
line BOOKLY_PUSH_URL "http://127.0.0.1:$(remembered PUSH_PORT)"
[ "$(remembered PUSH_ADMIN_PORT)" = 0 ] || line BOOKLY_ADMIN_URL "http://127.0.0.1:$(remembered PUSH_ADMIN_PORT)"
line DATABASE_URL "$(cat "$SECRET/database_url")"
line JWT_SECRET "$secret"
