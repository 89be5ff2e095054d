#!/bin/bash
# packages.sh build|run|test|lint|browser|screenshots|bench|fresh|package|fuzz ... : installs the Debian packages that are missing.
# Costs milliseconds when nothing is. Starts no service and leaves the machine's own alone.
# shellcheck disable=SC2034
set -euo pipefail

# the PostgreSQL that this Debian has
postgresql=postgresql-$(. /etc/os-release && [ "${VERSION_ID:-12}" = 13 ] && echo 17 || echo 15)

build="gcc pkg-config libc6-dev libpq-dev libwebsockets-dev libwebsockets-evlib-ev libev-dev
    libfcgi-dev libjwt-dev libcjson-dev libcurl4-openssl-dev libssl-dev libseccomp-dev uthash-dev"
run="apache2-bin libapache2-mod-fcgid ca-certificates media-types $postgresql ${postgresql/-/-client-}"
lighttpd="lighttpd lighttpd-mod-deflate"
test="curl libcmocka-dev pgbouncer prometheus $postgresql-pgtap libtap-parser-sourcehandler-pgtap-perl"
lint="clang clang-format shellcheck systemd"
browser="chromium fonts-dejavu-core"
screenshots="pngquant"
fresh="debootstrap iproute2"
package="debhelper dpkg-dev lintian"
fuzz="clang libclang-rt-dev llvm"
bench="nginx libnginx-mod-nchan wrk gnuplot-nox"

# any node from 18 on will do, whoever packaged it
node_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

wanted() {
    local kind
    for kind; do
        case $kind in
        build | run | lighttpd | test | lint | browser | screenshots | fresh | bench | package | fuzz) echo "${!kind}" ;;
        node) node_packages ;;
        *) echo "packages.sh: unknown list: $kind" >&2 && exit 2 ;;
        esac
    done
}

missing() {
    local name known
    known=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package} ' 2>/dev/null)"
    for name; do
        [[ $known == *" ii $name "* || $known == " ii $name "* ]] || echo "$name"
    done
}

# As root: a policy that starts nothing, and no ready-made cluster, only while apt runs.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/bookly.conf
install() {
    local name
    if [ ! -e $policy ]; then
        trap 'rm -f "$policy" "$cluster"' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
    else
        trap 'rm -f "$cluster"' EXIT
    fi
    mkdir -p ${cluster%/*}
    echo "create_main_cluster = false" >$cluster
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q || echo "apt-get update failed; going on with the lists that are here" >&2
    apt-get install -q -y --no-install-recommends "$@"
    # installed by us for a private instance: it shall not come up on port 80 at the next boot
    for name in lighttpd nginx pgbouncer prometheus; do
        if [[ " $* " == *" $name "* ]]; then update-rc.d $name disable || true; fi
    done
}

if [ "${1:-}" = --install ]; then
    shift
    install "$@"
    exit
fi
# shellcheck disable=SC2046
lacking=$(missing $(wanted "$@"))
[ -n "$lacking" ] || exit 0
echo "bookly: installing Debian packages:" $lacking >&2
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null; then
    as_root=(sudo)
else
    echo "bookly: neither root nor sudo: ask an administrator to install them" >&2
    exit 1
fi
# shellcheck disable=SC2086
"${as_root[@]}" bash "$0" --install $lacking >&2
# shellcheck disable=SC2046,SC2086
[ -z "$(missing $lacking)" ]
