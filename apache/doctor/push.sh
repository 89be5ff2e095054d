# Part of bookly-doctor: bookly-pushd itself, without its front server.
# shellcheck shell=bash

# get FILE CURL-ARGUMENTS... : the status; the body is in FILE, what curl had to say in $WORK/error
get() {
    local file=$1
    shift
    curl -sS -m 10 -o "$file" -w '%{http_code}' "$@" 2>"$WORK/error" || true
}

# the beginning of the last answer, in one line
excerpt() {
    head -c 200 "$WORK/body" 2>/dev/null | tr -c '[:print:]' ' '
}

push_pid() {
    local file
    for file in $(grep -lzxF -e "$CONFIG" -- /proc/[0-9]*/cmdline 2>/dev/null); do
        file=${file%/cmdline}
        [ "$(cat "$file/comm" 2>/dev/null)" != bookly-pushd ] || echo "${file#/proc/}"
    done | head -n 1
}

check_descriptors() {
    local pid files wanted
    pid=$(push_pid)
    [ -n "$pid" ] || return
    files=$(awk '/^Max open files/ { print $4 }' "/proc/$pid/limits")
    wanted=$(($(setting WEBSOCKET_MAX_CONNECTIONS) + 100))
    if [ "$files" != unlimited ] && [ "$files" -lt "$wanted" ]; then
        warn pushd "it may open $files files, and takes $((wanted - 100)) connections" "LimitNOFILE=$wanted in its unit, or WEBSOCKET_MAX_CONNECTIONS=$((files - 100))"
    else
        good pushd "it may open $files files"
    fi
}

check_handshake() {
    local address status
    address=http://$(bracketed "$(setting PUSH_BIND)"):$(setting PUSH_PORT)
    status=$(get "$WORK/body" "$address/socket.io/?EIO=4&transport=polling")
    case $status in
    200) good pushd "it answers at $address" ;;
    000)
        broken pushd "nobody answers at $address" "systemctl enable --now bookly-pushd; journalctl -u bookly-pushd says why it ended"
        return 1
        ;;
    503) broken pushd "it takes nobody: $(excerpt)" "see its log; it needs the database" ;;
    *) broken pushd "it answers $status: $(excerpt)" "is PUSH_PORT another program's?" ;;
    esac
}

check_ready() {
    local port address status
    port=$(setting PUSH_ADMIN_PORT)
    if [ "$port" = 0 ]; then
        good pushd "it has no administrative port (PUSH_ADMIN_PORT=0), so there are no metrics"
        return
    fi
    address=http://$(bracketed "$(setting PUSH_ADMIN_BIND)"):$port
    status=$(get "$WORK/body" "$address/readyz")
    case $status in
    200) good pushd "it is ready" ;;
    000) broken pushd "nobody answers at its administrative address $address" "restart it: it runs with other settings, or the port is taken" ;;
    *) broken pushd "it is not ready: $(excerpt)" "see its log and the database's load" ;;
    esac
}

# reached_from_outside PORT : an address of this machine, other than the loopback, at which somebody answers
reached_from_outside() {
    local address
    for address in $(hostname -I 2>/dev/null); do
        if [ "$(get "$WORK/body" -m 2 "http://$(bracketed "$address"):$1/healthz")" != 000 ]; then
            echo "$address"
            return
        fi
    done
    return 1
}

# check_reach NAME PORT WHAT : the port of NAME_BIND is nobody's but this machine's
check_reach() {
    local bind address
    bind=$(setting "$1_BIND")
    if [ "$bind" = 0.0.0.0 ] || [ "$bind" = :: ]; then
        warn pushd "$3 listens at every address of this machine" "$1_BIND=127.0.0.1 in $CONFIG, or the address of those who need it"
    elif ! is_loopback "$bind"; then
        good pushd "$3 listens at $bind, as $1_BIND says; whom the firewall lets there is not seen from here"
    elif address=$(reached_from_outside "$2"); then
        warn pushd "$3 can be reached at $address port $2, against $1_BIND=$bind" "restart bookly-pushd; or is something else at that port?"
    else
        good pushd "$3 is for this machine alone"
    fi
}

check_push() {
    check_handshake || return
    check_descriptors
    check_ready
    check_reach PUSH "$(setting PUSH_PORT)" "its own port, which is the front server's,"
    [ "$(setting PUSH_ADMIN_PORT)" = 0 ] || check_reach PUSH_ADMIN "$(setting PUSH_ADMIN_PORT)" "its administrative port, with metrics,"
    if is_loopback "$(setting PUSH_BIND)" && [[ ,$(setting TRUSTED_PROXIES), != *,127.0.0.1,* ]]; then
        warn pushd "it does not believe the front server of this machine who its clients are" "127.0.0.1 in TRUSTED_PROXIES"
    fi
}
