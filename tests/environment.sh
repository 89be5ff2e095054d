# Sourced, never run.
# shellcheck shell=bash

# what the caller set for a stack of their own must not colour the tests
for name in $(compgen -e | grep -E '^(WEBSOCKET|CHANNEL_ROLES|JWT|AUTH|DLQ|STREAM|FRONT|PG)_?|^(PORT|PUSH_.*|METRICS_FILE|STATE|BIND|BOOKLY_.*|DATABASE_.*|MAX_.*|LOG_.*|CORS_.*|TRUSTED_.*|SERVICE_.*|MAKEFLAGS|MAKELEVEL|MFLAGS)$'); do
    unset "$name"
done
