# What the tests of whole stacks share. Sourced by them, from the root of the tree.
# shellcheck shell=bash disable=SC2034
. tests/tap.sh

WORK=$(mktemp -d "${TMPDIR:-/tmp}/bookly-stack-test.XXXXXX") || exit 2
chmod 0755 "$WORK"
TREE="$WORK/a tree with blanks, and a name as long as names are where people keep everything they have"
STATES=()
at_end() { :; } # a test's own clean-up
finish() {
    trap '' INT TERM HUP
    trap - EXIT
    local state
    for state in "${STATES[@]}"; do STATE=$state bash apache/stack/down.sh purge; done
    at_end
    rm -rf "$WORK"
    exit "$1"
}
trap 'finish 1' EXIT
trap 'finish 130' INT TERM HUP

mkdir -p "$TREE"
tar c --exclude=./.git --exclude=./var --exclude=./tests/node_modules --exclude=./.build/sanitize . |
    tar x -C "$TREE"
mapfile -t PORTS < <(tests/free_ports 8)
export POSTGRES_FSYNC=off FCGI_PROCESSES=4

# stack STATE PORT PUSH_PORT FRONT : names the stack that the following words are about
stack() {
    export STATE=$1 PORT=$2 PUSH_PORT=$3 FRONT=$4
    STATES+=("$STATE")
}
quiet_make() {
    make --no-print-directory -C "$TREE" "$@"
}
status_of() {
    curl -s -o /dev/null -m 10 -w '%{http_code}' "$@"
}
answers() {
    [ "$(status_of "http://127.0.0.1:$PORT/api/v1/health")" = 200 ] &&
        curl -s -m 10 "http://127.0.0.1:$PORT/socket.io/?EIO=4&transport=polling" | grep -q '^0{"sid"'
}
up() {
    quiet_make up "$@" && answers
}
nobody_listens() {
    local port
    for port; do
        [ "$(status_of "http://127.0.0.1:$port/")" = 000 ] || return 1
    done
}
