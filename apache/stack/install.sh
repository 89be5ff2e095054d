#!/bin/bash
# Installs what a real Apache or lighttpd needs below DESTDIR: programs, SQL, site files, the unit.
# Starts nothing, makes no secret, leaves an existing configuration alone.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."
PREFIX=${PREFIX:-/usr/local} DESTDIR=${DESTDIR:-} BUILD=${BUILD:-.build}
CONFDIR=/etc/bookly
lib=$DESTDIR$PREFIX/lib/bookly share=$DESTDIR$PREFIX/share/bookly

# fill SOURCE TARGET : a file with the places of this installation
fill() {
    sed "s#@PREFIX@#$PREFIX#g; s#@CONFDIR@#$CONFDIR#g" "$1" >"$2"
    chmod 0644 "$2"
}
keep_or_fill() {
    [ -e "$2" ] || fill "$1" "$2"
}

install -d "$lib" "$share/apache" "$share/htdocs" "$DESTDIR$PREFIX/bin" "$DESTDIR$CONFDIR" \
    "$DESTDIR/etc/apache2/sites-available" "$DESTDIR/lib/systemd/system"
install -m 0755 "$BUILD/bookly-pushd" "$BUILD/bookly.fcgi" "$lib/"
install -m 0755 "$BUILD/bookly-token" "$DESTDIR$PREFIX/bin/"
cp -R sql "$share/"
cp -R apache/htdocs/. "$share/htdocs/"
cp -R apache/monitoring "$share/"
for name in apache-site.conf lighttpd-site.conf lighttpd-tls.conf; do
    fill "apache/$name" "$share/apache/$name"
done
fill apache/bookly.conf.example "$share/bookly.conf.example"
keep_or_fill apache/bookly.conf.example "$DESTDIR$CONFDIR/bookly.conf"
keep_or_fill apache/apache-tls.conf "$DESTDIR/etc/apache2/sites-available/bookly.conf"
fill apache/systemd/bookly-pushd.service "$DESTDIR/lib/systemd/system/bookly-pushd.service"

cat <<END
Installed below $DESTDIR$PREFIX. Once:
  create the database and its owner; then, with DATABASE_URL of the owner and two passwords in
  BOOKLY_PUSHD_PASSWORD and BOOKLY_FCGI_PASSWORD: $PREFIX/share/bookly/sql/apply.sh
  put the passwords into $CONFDIR/pushd_password and $CONFDIR/fcgi_password, 48 random bytes in
  base64 into $CONFDIR/jwt_secret, all readable to www-data only, and look at $CONFDIR/bookly.conf
  systemctl enable --now bookly-pushd; then the site file of your front server
END
