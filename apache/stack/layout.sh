# Where one stack lives and who runs what. Sourced by the other scripts, never run.
#
#   ROOT      the source tree                 STATE   what the caller named (var/)
#   DATA      STATE, or a folder below /var/tmp when www-data or postgres cannot reach STATE
#   SHORT     DATA, or the same fallback when DATA is too long for a socket or holds a blank
#   PROGRAMS  the built programs              STACK_ID   marks the processes of this stack
# shellcheck shell=bash disable=SC2034
set -euo pipefail
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STACK=$ROOT/apache/stack
PROGRAMS=${PROGRAMS:-.build}
[[ $PROGRAMS = /* ]] || PROGRAMS=$ROOT/$PROGRAMS

die() {
    echo "bookly: $*" >&2
    exit 1
}

IS_ROOT=false
[ "$(id -u)" != 0 ] || IS_ROOT=true

STATE=${STATE:-var}
[[ $STATE = /* ]] || STATE=$ROOT/$STATE
mkdir -p "$STATE" || die "STATE: cannot make the folder $STATE"
STATE=$(cd "$STATE" && pwd -P) || die "STATE: cannot enter the folder $STATE"
[ -w "$STATE" ] || die "STATE: $STATE belongs to $(stat -c %U "$STATE"); use sudo, or name another STATE="
STACK_ID=$(printf %s "$(id -u):$STATE" | sha1sum | cut -c1-12)
FALLBACK=/var/tmp/bookly-$(id -u)-$STACK_ID

if $IS_ROOT; then FRONT_USER=www-data; else FRONT_USER=$(id -un); fi
FRONT_GROUP=$(id -gn "$FRONT_USER")
CLUSTER_USER=$FRONT_USER
if $IS_ROOT; then CLUSTER_USER=postgres; fi

# as_user USER COMMAND... : no PAM, no shell in between, keeps the working directory
as_user() {
    local user=$1
    shift
    if $IS_ROOT; then
        setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
    else
        "$@"
    fi
}

reachable() {
    local user
    $IS_ROOT || return 0
    for user in "$FRONT_USER" "$CLUSTER_USER"; do
        # before the packages are installed there may be no such user yet
        id "$user" >/dev/null 2>&1 || continue
        as_user "$user" test -x "$1" || return 1
    done
}

# /var/tmp is everybody's: a folder that somebody else put there first is refused
make_fallback() {
    mkdir -m 0755 "$FALLBACK" 2>/dev/null || true
    if [ -L "$FALLBACK" ] || [ ! -d "$FALLBACK" ] || [ ! -O "$FALLBACK" ]; then
        die "STATE: $FALLBACK exists and is not ours; name another STATE="
    fi
}

DATA=$STATE
reachable "$STATE" || DATA=$FALLBACK
SHORT=$DATA
if [ ${#DATA} -gt 60 ] || [[ $DATA = *[!A-Za-z0-9_./-]* ]]; then SHORT=$FALLBACK; fi
[ "$DATA$SHORT" = "$STATE$STATE" ] || make_fallback

RUN=$DATA/run LOG=$DATA/log SECRET=$DATA/secret SOCKETS=$SHORT/sock BIN=$SHORT/bin
CONFIG=$RUN/bookly.conf

# what the running stack was started with, for down, env and token
remembered() {
    [ ! -f "$RUN/stack.env" ] || sed -n "s/^$1=//p" "$RUN/stack.env"
}

setting_of() {
    sed -n "s/^$1=//p" "$CONFIG" 2>/dev/null | tail -n 1
}

# the pids of files below /proc
pids_of() {
    local file
    for file; do
        file=${file#/proc/}
        echo "${file%%/*}"
    done
}

# what a part runs as; our programs keep their environment to themselves, their command lines name this stack
program_of() {
    case $1 in
    pushd) echo bookly-pushd ;;
    front) echo bookly.fcgi ;;
    esac
}
runs_program() {
    [ "$(cat "/proc/$1/comm" 2>/dev/null)" = "$2" ] &&
        grep -qzxF "$BIN/$2" "/proc/$1/cmdline" 2>/dev/null
}

# process ids of one part of this stack, orphans included: the mark is in their environment
part_pids() {
    local pid program
    program=$(program_of "$1")
    {
        # shellcheck disable=SC2046
        pids_of $(grep -lzxF "BOOKLY_PART=$STACK_ID:$1" /proc/[0-9]*/environ 2>/dev/null)
        # shellcheck disable=SC2046
        [ -z "$program" ] || for pid in $(pids_of $(grep -lzxF "$BIN/$program" /proc/[0-9]*/cmdline 2>/dev/null)); do
            ! runs_program "$pid" "$program" || echo "$pid"
        done
    } | sort -nu
}

belongs_to() {
    grep -qzxF "BOOKLY_PART=$STACK_ID:$2" "/proc/$1/environ" 2>/dev/null || runs_program "$1" "$(program_of "$2")"
}

# part_alive PIDFILE PART : the number in the file is that of a process of this part
part_alive() {
    local pid
    pid=$(cat "$RUN/$1.pid" 2>/dev/null) && [ -n "$pid" ] && belongs_to "$pid" "$2"
}

# stop_part NAME GRACE [PID]: asks PID (or all), waits GRACE seconds, then ends what is left
stop_part() {
    local pids deadline=$((SECONDS + $2))
    pids=$(part_pids "$1")
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086
    kill -TERM ${3:-$pids} 2>/dev/null || kill -TERM $pids 2>/dev/null || true
    while pids=$(part_pids "$1") && [ -n "$pids" ]; do
        if [ $SECONDS -ge $deadline ]; then
            # shellcheck disable=SC2086
            kill -KILL $pids 2>/dev/null || true
        fi
        sleep 0.05
    done
}

# one descriptor a socket and one more towards pushd; libwebsockets and Apache make tables of what
# is allowed, so no more than that
raise_limits() {
    local hard
    hard=$(ulimit -H -n)
    if [ "$hard" = unlimited ] || [ "$hard" -gt 65536 ]; then hard=65536; fi
    ulimit -n "$hard" 2>/dev/null || true
}

show_log() {
    [ -s "$1" ] || return 0
    echo "--- the end of $1" >&2
    tail -n "${2:-15}" "$1" >&2
}
