#!/bin/bash
# token.sh USER ROLES TTL : prints a token that the stack of STATE accepts.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

[ -f "$SECRET/jwt_secret" ] || bash "$STACK/secrets.sh"
issuer=$(setting_of JWT_ISSUER) audience=$(setting_of JWT_AUDIENCE)
claims=()
[ -z "$issuer" ] || claims+=(--claim "iss=\"$issuer\"")
[ -z "$audience" ] || claims+=(--claim "aud=\"$audience\"")

secret=$(setting_of JWT_SECRET)
file=$(setting_of JWT_SECRET_FILE)
if [ -n "$secret" ]; then
    key=("JWT_SECRET=$secret")
else
    key=("JWT_SECRET_FILE=${file:-$SECRET/jwt_secret}")
fi
export "${key[@]}"
exec "$PROGRAMS/bookly-token" --user "$1" --roles "$2" --ttl "$3" "${claims[@]}"
