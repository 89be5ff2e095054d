#!/bin/bash
# Makes the secrets of this stack once: the signing key and the database passwords.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

make_secret() {
    local file=$SECRET/$1 owner=$2
    if [ ! -s "$file" ]; then
        (umask 077 && head -c 48 /dev/urandom | base64 -w0 | tr '+/' '-_' >"$file.new")
        mv "$file.new" "$file"
    fi
    if $IS_ROOT; then chown "$owner:" "$file"; fi
    chmod 0600 "$file"
}

mkdir -p "$SECRET" "$RUN" "$LOG"
chmod 0750 "$SECRET"
if $IS_ROOT; then chgrp "$FRONT_GROUP" "$SECRET"; fi
make_secret jwt_secret "$FRONT_USER"
make_secret pushd_password "$FRONT_USER"
make_secret fcgi_password "$FRONT_USER"
make_secret owner_password "$(id -un)"

# mod_fcgid cuts a value in a program's environment at 127 bytes: long paths have a short name
if [ "$SHORT" != "$DATA" ]; then
    for name in run log secret; do ln -sfn "$DATA/$name" "$SHORT/$name"; done
fi

# where STATE itself is closed to the programs, it still shows the promised folders
if [ "$DATA" != "$STATE" ]; then
    for name in run log secret; do
        [ -L "$STATE/$name" ] || rmdir "$STATE/$name" 2>/dev/null || true
        ln -sfn "$DATA/$name" "$STATE/$name"
    done
fi
