#!/bin/bash
# Copies the programs and the pages to where the front server's user can reach them. A changed
# program replaces the old one under its name, so that a running copy is not disturbed.
# shellcheck source=apache/stack/layout.sh
. "$(dirname "$0")/layout.sh"

put() {
    cmp -s "$1" "$BIN/$2" && return
    cp "$1" "$BIN/$2.new"
    chmod 0755 "$BIN/$2.new"
    mv "$BIN/$2.new" "$BIN/$2"
}

for name in bookly-pushd bookly.fcgi; do
    [ -x "$PROGRAMS/$name" ] || die "$PROGRAMS/$name is missing: run make build"
    mkdir -p "$BIN"
    put "$PROGRAMS/$name" "$name"
done
rm -rf "$DATA/htdocs.new"
cp -R "$ROOT/apache/htdocs" "$DATA/htdocs.new"
chmod -R u+rwX,go+rX "$DATA/htdocs.new"
rm -rf "$DATA/htdocs"
mv "$DATA/htdocs.new" "$DATA/htdocs"
