#!/bin/bash
# Applies sql/ to this stack's database, as its owner. Idempotent.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

DATABASE_URL=$(cat "$SECRET/database_url")
BOOKLY_PUSHD_PASSWORD=$(cat "$SECRET/pushd_password")
BOOKLY_FCGI_PASSWORD=$(cat "$SECRET/fcgi_password")
export DATABASE_URL BOOKLY_PUSHD_PASSWORD BOOKLY_FCGI_PASSWORD
if ! "$ROOT/sql/apply.sh" >>"$LOG/schema.log" 2>&1 </dev/null 9>&-; then
    show_log "$LOG/schema.log"
    die "the schema could not be applied"
fi
