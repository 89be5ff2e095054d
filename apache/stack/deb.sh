#!/bin/bash
# deb.sh [VERSION] : builds the Debian package from a copy of the tree in .build/deb and puts it into
# .build/. Another VERSION than that of the changelog is a line of its own on top of it.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."
[[ $PWD != *[[:space:]]* ]] || { echo "make deb: debhelper takes no path with blanks: $PWD" >&2 && exit 1; }
version=$(sed -nE '1s/^[^ ]+ \(([^)]+)\).*/\1/p' apache/debian/changelog)
wanted=${1:-$version}
folder=.build/deb tree=.build/deb/bookly-realtime
unset MAKEFLAGS MAKELEVEL MFLAGS PREFIX DESTDIR BUILD STATE PORT PUSH_PORT FRONT BIND CFLAGS

sources() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -coz --exclude-standard | while IFS= read -r -d '' name; do
            [ ! -e "$name" ] || printf '%s\0' "$name"
        done
    else
        find . \( -path ./.build -o -path ./var -o -name node_modules -o -name .git \) -prune -o -type f -print0
    fi
}

rm -rf "$folder"
mkdir -p "$tree"
sources | tar c --null -T - | tar x -C "$tree"
mv "$tree/apache/debian" "$tree/debian"
if [ "$wanted" != "$version" ]; then
    {
        printf 'bookly-realtime (%s) unstable; urgency=medium\n\n  * Built from the tree as it stands.\n\n' "$wanted"
        printf ' -- %s  %s\n\n' "$(sed -n 's/^Maintainer: //p' "$tree/debian/control")" "$(date -R)"
        cat apache/debian/changelog
    } >"$tree/debian/changelog"
fi
if ! (cd "$tree" && dpkg-buildpackage -b -us -uc) >"$folder/build.log" 2>&1; then
    tail -n 40 "$folder/build.log" >&2
    exit 1
fi
lintian --allow-root --tag-display-limit 0 --fail-on error "$folder"/*.changes
rm -f .build/bookly-realtime_*.deb
mv "$folder"/bookly-realtime_*.deb .build/
ls .build/bookly-realtime_*.deb
