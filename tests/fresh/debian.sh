# A minimal Debian in a folder, and commands in it. Sourced, never run; needs root and debootstrap.
# FRESH_BASE names a tree that debootstrap has made before, to save its minutes.
# shellcheck shell=bash

[ "$(id -u)" = 0 ] || { echo "$0: needs root" >&2 && exit 2; }
bash apache/stack/packages.sh fresh

NEW=$(mktemp -d "${FRESH_DIR:-/var/tmp}/bookly-fresh.XXXXXX")
chmod 0755 "$NEW"
# the mounts are in a namespace of their own and are gone with it
trap 'rm -rf --one-file-system "$NEW"' EXIT
trap 'exit 130' INT TERM HUP

# debian PACKAGES [SUITE] : makes it; takes this machine's package sources along, and nothing else of it
debian() {
    local mirror path suite=${2:-bookworm}
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
        sed -n 's/ bookworm$//p' | head -n 1)
    if [ -n "${FRESH_BASE:-}" ]; then
        cp -a "$FRESH_BASE/." "$NEW"
    elif ! debootstrap --variant=minbase --include="$1" "$suite" "$NEW" \
        "${mirror:?no package source for bookworm here}" >"$NEW.log" 2>&1; then
        tail "$NEW.log" >&2
        exit 2
    fi
    rm -f "$NEW.log"
    rm -rf "$NEW/etc/apt/sources.list" "$NEW/etc/apt/sources.list.d"
    for path in /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf.d /etc/apt/trusted.gpg.d \
        /etc/apt/keyrings /usr/share/keyrings /etc/resolv.conf /etc/hosts /usr/share/ca-certificates \
        /usr/local/share/ca-certificates /etc/ssl/certs; do
        [ ! -e "$path" ] || cp -aT --remove-destination "$(readlink -f "$path")" "$NEW$path"
    done
    if [ "$suite" != bookworm ]; then # the same place, the other Debian alone
        rm -rf "$NEW/etc/apt/sources.list" "$NEW/etc/apt/sources.list.d"
        echo "deb $mirror $suite main" >"$NEW/etc/apt/sources.list"
    fi
    apt-config dump Acquire >"$NEW/etc/apt/apt.conf.d/99sources"
}

# what this machine's environment says about the way to packages
carried() {
    local name
    for name in $(compgen -e | grep -iE '^(https?_proxy|no_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|CI)$'); do
        printf '%s\0' "$name=${!name}"
    done
}

# enter NETWORK USER HOME FOLDER [NAME=VALUE...] COMMAND... : NETWORK is shared, or own (the loopback alone)
enter() {
    local network=() prepare=true
    [ "$1" = shared ] || network=(--net) prepare="ip link set lo up"
    shift
    # shellcheck disable=SC2016
    unshare --mount --pid --ipc --uts "${network[@]}" --fork --kill-child --propagation private bash -euc '
        $1
        shift
        new=$1 user=$2 home=$3 folder=$4
        shift 4
        mount -t proc proc "$new/proc"
        mount -t tmpfs -o mode=755 tmpfs "$new/dev"
        for node in null zero full random urandom tty; do
            touch "$new/dev/$node"
            mount --bind "/dev/$node" "$new/dev/$node"
        done
        mkdir "$new/dev/shm" "$new/dev/pts"
        mount -t tmpfs -o mode=1777 tmpfs "$new/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666 devpts "$new/dev/pts"
        ln -s pts/ptmx "$new/dev/ptmx"
        ln -s /proc/self/fd "$new/dev/fd"
        ln -s /proc/self/fd/0 "$new/dev/stdin"
        ln -s /proc/self/fd/1 "$new/dev/stdout"
        ln -s /proc/self/fd/2 "$new/dev/stderr"
        chroot --userspec="$user" "$new" env -i HOME="$home" USER="$user" LOGNAME="$user" TERM=dumb \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            env -C "$folder" "$@"
    ' - "$prepare" "$NEW" "$@" </dev/null
}
