#!/bin/bash
# Applies sql/ to this stack's database, as its owner. Idempotent. Says in one line what is wrong
# with a database that is not ours.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

given=${DATABASE_URL:-}
DATABASE_URL=$(cat "$SECRET/database_url")
BOOKLY_PUSHD_PASSWORD=$(cat "$SECRET/pushd_password")
BOOKLY_FCGI_PASSWORD=$(cat "$SECRET/fcgi_password")
PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}
export DATABASE_URL BOOKLY_PUSHD_PASSWORD BOOKLY_FCGI_PASSWORD PGCONNECT_TIMEOUT

# the first line of what psql said, from the given word on
complaint() {
    local said=${1#*"$2"}
    echo "${said%%$'\n'*}"
}

apply() {
    local before said
    touch "$LOG/schema.log"
    before=$(stat -c %s "$LOG/schema.log")
    ! "$ROOT/sql/bookly-migrate" >>"$LOG/schema.log" 2>&1 </dev/null 9>&- || return 0
    said=$(tail -c +$((before + 1)) "$LOG/schema.log")
    case $said in
    "psql: error: "*) die "DATABASE_URL: $(complaint "$said" "error: ")" ;;
    *"ERROR:  permission denied"*) die "DATABASE_URL: its role is not enough: $(complaint "$said" "ERROR:  ")" ;;
    esac
    show_log "$LOG/schema.log"
    die "the schema could not be applied"
}

# an existing server may admit its owner and not the programs, whose roles are new to it
programs_may_connect() {
    local said
    said=$(
        cd /
        export PGUSER=bookly_pushd PGPASSWORD=$BOOKLY_PUSHD_PASSWORD
        as_user "$FRONT_USER" psql -XAtqc "select 1" -d "$(setting_of DATABASE_URL)" 2>&1 </dev/null 9>&-
    ) || die "DATABASE_URL: the programs cannot connect as bookly_pushd: $(complaint "$said" "error: ")"
}

apply
[ -z "$given" ] || programs_may_connect
