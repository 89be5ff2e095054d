# Part of bookly-doctor: the site as its users call it, and the front server's limits.
# shellcheck shell=bash

site_url() {
    local url name
    url=$(setting FRONT_HEALTH_URL)
    if [ -n "$url" ]; then
        sed -E 's#^([a-z]+://[^/]+).*#\1#' <<<"$url"
        return
    fi
    name=$(sed -nE 's/^Define +BOOKLY_NAME +([^ ]+).*/\1/p' /etc/apache2/sites-enabled/bookly.conf 2>/dev/null)
    echo "https://${name:-$(hostname -f 2>/dev/null || hostname)}"
}

# ask PATH CURL-ARGUMENTS... : the status of the site; the body is in $WORK/body, the head in $WORK/head
ask() {
    local path=$1
    shift
    get "$WORK/body" "${TRUST[@]}" -D "$WORK/head" "$@" "$URL$path"
}

check_certificate() {
    TRUST=()
    [[ $URL = https:* ]] || return 0
    curl -sS -m 10 -o /dev/null "$URL/" 2>"$WORK/error"
    case $? in
    60)
        TRUST=(--insecure)
        warn front "its certificate is not trusted here: $(head -n 1 "$WORK/error")" "a certificate for the name in $URL, with the chain, from an authority that browsers know"
        ;;
    0) good front "its certificate is trusted" ;;
    esac
}

# --- a token -------------------------------------------------------------------------------------
make_token() {
    local claims=() name
    if [ -n "$TOKEN_FILE" ]; then
        cat "$TOKEN_FILE"
        return
    fi
    for name in ISSUER:iss AUDIENCE:aud; do
        [ -z "$(setting "JWT_${name%:*}")" ] || claims+=(--claim "${name#*:}=\"$(setting "JWT_${name%:*}")\"")
    done
    (
        JWT_SECRET=$(setting JWT_SECRET) JWT_SECRET_FILE=$(setting JWT_SECRET_FILE)
        [ -n "$JWT_SECRET$JWT_SECRET_FILE" ] || exit 1
        if [ -n "$JWT_SECRET" ]; then export JWT_SECRET; else export JWT_SECRET_FILE; fi
        exec "$TOKEN" --user bookly-doctor --roles STUDENT --ttl 60 "${claims[@]}"
    ) 2>/dev/null
}

check_authorization() {
    local status code
    if ! TOKEN_TEXT=$(make_token) || [ -z "$TOKEN_TEXT" ]; then
        TOKEN_TEXT=''
        warn front "whether Authorization passes was not looked at: no key here signs tokens" "give a token with --token-file"
        return
    fi
    printf 'Authorization: Bearer %s\n' "$TOKEN_TEXT" >"$WORK/authorization"
    status=$(ask "/api/v1/notifications?limit=1" -H "@$WORK/authorization")
    code=$(sed -nE 's/.*"code": *"([a-z_]+)".*/\1/p' "$WORK/body")
    case $status:$code in
    200:* | 403:*) good front "Authorization reaches the REST program" ;;
    *:token_missing) broken front "it does not pass Authorization on to the REST program" "CGIPassAuth On for bookly.fcgi (Apache); the site file of the package has it" ;;
    *:token_*) broken front "the REST program refuses a token that this machine's key has signed: $code" "the keys in $CONFIG are others than those it runs with: restart the front server and bookly-pushd" ;;
    *) broken front "REST answers $status to a request with a token: $(excerpt)" "see the log of the front server" ;;
    esac
}

# --- ways through it -----------------------------------------------------------------------------
check_rest() {
    local status
    status=$(ask /api/v1/health)
    case $status in
    200) good front "REST answers at $URL" ;;
    000)
        broken front "nobody answers at $URL: $(head -n 1 "$WORK/error")" "start the front server with the site of the package; --url, if the site has another name"
        return 1
        ;;
    404) broken front "$URL/api/v1 is nothing it knows" "enable the site: a2ensite bookly, or lighty-enable-mod bookly" ;;
    503) broken front "REST is there and not well: $(excerpt)" "see the findings about the database, and GET /api/v1/health/services" ;;
    *) broken front "REST answers $status: $(excerpt)" "see the log of the front server" ;;
    esac
}

# Opens a session by polling, joins with a token, and reads the answer.
check_polling() {
    local status sid
    status=$(ask "/socket.io/?EIO=4&transport=polling")
    sid=$(sed -nE 's/^0\{"sid":"([^"]+)".*/\1/p' "$WORK/body")
    if [ -z "$sid" ]; then
        broken front "it does not pass /socket.io to bookly-pushd: $status $(excerpt)" "the site file of the package in place of your own; PUSH_PORT in it as in $CONFIG"
        return 1
    fi
    [ -n "$TOKEN_TEXT" ] || return 0
    printf '40{"token":"%s"}' "$TOKEN_TEXT" >"$WORK/connect"
    ask "/socket.io/?EIO=4&transport=polling&sid=$sid" -H "Content-Type: text/plain" --data-binary "@$WORK/connect" >/dev/null
    ask "/socket.io/?EIO=4&transport=polling&sid=$sid" >/dev/null
    case $(excerpt) in
    40*) good front "a client connects by polling" ;;
    44*) broken front "bookly-pushd refuses a token that this machine's key has signed: $(excerpt)" "restart bookly-pushd: it runs with other keys than those in $CONFIG" ;;
    *) broken front "polling answers out of order: $(excerpt)" "several bookly-pushd behind one name need sessions that stick to one" ;;
    esac
}

first_line_of_upgrade() {
    local line=''
    # the connection stays open: the first line is enough, and curl ends by itself
    read -r -t 10 line < <(curl -siN -m 5 --http1.1 "${TRUST[@]}" -H "Connection: Upgrade" -H "Upgrade: websocket" \
        -H "Sec-WebSocket-Version: 13" -H "Sec-WebSocket-Key: Ym9va2x5LWRvY3Rvci0wMQ==" \
        "$URL/socket.io/?EIO=4&transport=websocket" 2>/dev/null) || true
    echo "${line%$'\r'}"
}
check_upgrade() {
    local line
    line=$(first_line_of_upgrade)
    case $line in
    *" 101"*) good front "a WebSocket passes" ;;
    *) broken front "a WebSocket does not pass: ${line:-no answer}" "upgrade=websocket in ProxyPass (Apache 2.4.47 and later), or proxy.header = ( \"upgrade\" => \"enable\" ) (lighttpd)" ;;
    esac
}

check_event_stream() {
    local line=''
    [ -n "$TOKEN_TEXT" ] || return 0
    read -r -t 10 line < <(curl -sN -m 5 "${TRUST[@]}" -H "@$WORK/authorization" \
        "$URL/api/v1/sse?channels=notifications" 2>/dev/null) || true
    case $line in
    retry:* | id:* | event:* | :*) good front "an event stream comes at once" ;;
    *) broken front "an event stream does not come: ${line:-nothing in 10 s}" "flushpackets=on for /api/v1/sse (Apache), server.stream-response-body (lighttpd), no compression of it" ;;
    esac
}

check_hidden() {
    local path
    for path in /metrics /readyz /healthz; do
        ask "$path" >/dev/null
        if grep -qE '^# HELP bookly|"status": *"(ok|ready|alive|unavailable)"' "$WORK/body"; then
            broken front "everybody can read bookly-pushd's $path through it" "pass /socket.io, /api/v1/ws and /api/v1/sse to bookly-pushd and nothing else"
            return
        fi
    done
    good front "the administrative address is not behind it"
}

# --- its limits ----------------------------------------------------------------------------------
apache_configuration() {
    local file
    (
        # shellcheck disable=SC1091
        if [ -f /etc/apache2/envvars ]; then set +u && . /etc/apache2/envvars; fi
        apache2 -f "${FRONT_CONFIG:-/etc/apache2/apache2.conf}" -t -D DUMP_INCLUDES 2>/dev/null
    ) | sed -nE 's/^ *\([0-9*]+\) (\/.*)$/\1/p' | while read -r file; do cat "$file"; done
}
# directive NAME DEFAULT : the last one in $WORK/front, with its variables filled in
directive() {
    local value
    value=$(awk -v name="$1" 'tolower($1) == tolower(name) { value = $2 } END { print value }' "$WORK/front")
    if [[ $value =~ ^\$\{(.*)\}$ ]]; then
        value=$(awk -v name="${BASH_REMATCH[1]}" '$1 == "Define" && $2 == name { value = $3 } END { print value }' "$WORK/front")
    fi
    echo "${value:-$2}"
}
option() {
    local value
    value=$(sed -nE "s/^.*\"?$1\"? *=>? *\"?([0-9]+).*/\1/p" "$WORK/front" | tail -n 1)
    echo "${value:-$2}"
}

read_limits() {
    case $(sed -nE 's/^server: *([A-Za-z]+).*/\L\1/Ip' "$WORK/head" | tail -n 1) in
    apache)
        FRONT=Apache
        apache_configuration >"$WORK/front"
        CONNECTIONS=$(directive MaxRequestWorkers 400)
        PROCESSES=$(directive FcgidMaxProcesses 1000)
        IDLE=$(directive Timeout 60)
        SETS="MaxRequestWorkers, with ServerLimit times ThreadsPerChild as large,"
        ;;
    lighttpd)
        FRONT=lighttpd
        lighttpd -p -f "${FRONT_CONFIG:-/etc/lighttpd/lighttpd.conf}" >"$WORK/front" 2>/dev/null
        CONNECTIONS=$(option server.max-connections $(($(option server.max-fds 4096) / 2)))
        PROCESSES=$(option max-procs 4)
        IDLE=$(option server.max-read-idle 60)
        SETS="server.max-connections, and server.max-fds to twice that,"
        ;;
    *) return 1 ;;
    esac
    [ -s "$WORK/front" ]
}

check_limits() {
    local most ping slots
    ask / >/dev/null
    if ! read_limits; then
        warn front "its limits were not looked at: neither Apache's nor lighttpd's configuration is here" "run this on the front server, with --front-config"
        return
    fi
    most=$(setting FRONT_MAX_CONNECTIONS)
    if [ "$most" = 0 ] || [ $((most + PROCESSES)) -gt "$CONNECTIONS" ]; then
        broken front "$FRONT serves $CONNECTIONS at once, and bookly-pushd would let sockets have ${most/#0/all} of them: then nobody answers REST" \
            "$SETS to $(((most > 0 ? most : CONNECTIONS) + PROCESSES + 500)), or FRONT_MAX_CONNECTIONS=$((CONNECTIONS * 85 / 100)) in $CONFIG"
    else
        good front "$FRONT serves $CONNECTIONS at once, $most of them sockets"
    fi
    ping=$(($(setting WEBSOCKET_PING_INTERVAL) / 1000))
    if [ $((ping + 5)) -gt "$IDLE" ]; then
        broken front "$FRONT cuts a connection that is silent for $IDLE s, and bookly-pushd speaks every $ping s" "Timeout (Apache) or server.max-read-idle (lighttpd) to $((2 * ping + 10)), or WEBSOCKET_PING_INTERVAL=$((IDLE * 400))"
    else
        good front "$FRONT waits $IDLE s for a client, pings come every $ping s"
    fi
    slots=$(sql bookly_pushd "$PUSH_USER" <<<"select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int") || return
    if [ $((PROCESSES + 10)) -gt "$slots" ]; then
        broken front "$FRONT may start $PROCESSES REST programs, and PostgreSQL has $slots connections" "max_connections = $((PROCESSES + 60)) in postgresql.conf, or fewer processes in the site file"
    else
        good front "PostgreSQL has $slots connections for $PROCESSES REST programs and the rest"
    fi
}

check_front() {
    URL=${URL:-$(site_url)}
    URL=${URL%/}
    TOKEN_TEXT=''
    check_certificate
    check_rest || return
    check_authorization
    check_polling && check_upgrade && check_event_stream
    check_hidden
    check_limits
}
