#!/bin/bash
# Installs what a real Apache or lighttpd needs below DESTDIR: programs, SQL, site files, the unit, man pages.
# Starts nothing, makes no secret, leaves an existing configuration alone.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."
PREFIX=${PREFIX:-/usr/local} DESTDIR=${DESTDIR:-} BUILD=${BUILD:-.build}
CONFDIR=/etc/bookly
lib=$DESTDIR$PREFIX/lib/bookly share=$DESTDIR$PREFIX/share/bookly man=$DESTDIR$PREFIX/share/man

# fill SOURCE TARGET [MODE] : a file with the places of this installation
fill() {
    sed "s#@PREFIX@#$PREFIX#g; s#@CONFDIR@#$CONFDIR#g" "$1" >"$2"
    chmod "${3:-0644}" "$2"
}
keep_or_fill() {
    [ -e "$2" ] || fill "$1" "$2"
}

install -d "$lib" "$share/apache" "$share/htdocs" "$share/sql" "$share/doctor" "$DESTDIR$PREFIX/bin" "$DESTDIR$PREFIX/sbin" \
    "$DESTDIR$CONFDIR" "$DESTDIR/etc/apache2/sites-available" "$DESTDIR/etc/lighttpd/conf-available" \
    "$DESTDIR/lib/systemd/system" "$man/man1" "$man/man5" "$man/man8"
install -m 0755 "$BUILD/bookly-pushd" "$BUILD/bookly.fcgi" "$lib/"
install -m 0755 "$BUILD/bookly-token" "$DESTDIR$PREFIX/bin/"
fill sql/bookly-migrate "$DESTDIR$PREFIX/sbin/bookly-migrate" 0755
fill apache/doctor/bookly-doctor "$DESTDIR$PREFIX/sbin/bookly-doctor" 0755
rm -rf "$share/sql"
cp -R sql "$share/"
rm -f "$share/sql/bookly-migrate"
cp -R apache/htdocs/. "$share/htdocs/"
cp -R apache/monitoring "$share/"
cp apache/doctor/*.sh "$share/doctor/"
cp "$BUILD/settings.defaults" "$share/"
for name in apache-site.conf apache-tls.conf lighttpd-site.conf lighttpd-tls.conf; do
    fill "apache/$name" "$share/apache/$name"
done
fill apache/bookly.conf.example "$share/bookly.conf.example"
keep_or_fill apache/bookly.conf.example "$DESTDIR$CONFDIR/bookly.conf"
keep_or_fill apache/apache-installed.conf "$DESTDIR/etc/apache2/sites-available/bookly.conf"
keep_or_fill apache/lighttpd-installed.conf "$DESTDIR/etc/lighttpd/conf-available/50-bookly.conf"
fill apache/systemd/bookly-pushd.service "$DESTDIR/lib/systemd/system/bookly-pushd.service"
install -m 0644 apache/man/*.1 "$man/man1/"
install -m 0644 apache/man/*.8 "$man/man8/"
install -m 0644 "$BUILD/bookly.conf.5" "$man/man5/"

cat <<END
Installed below $DESTDIR$PREFIX. Once:
  48 random bytes in base64 into each of $CONFDIR/jwt_secret, pushd_password, fcgi_password (all readable to
  www-data only) and owner_password (to root only); look at $CONFDIR/bookly.conf
  $PREFIX/sbin/bookly-migrate --create, with a PostgreSQL of this machine; elsewhere create the database and its
  owner, and run bookly-migrate with DATABASE_URL of that owner
  systemctl enable --now bookly-pushd; then the site file of your front server, which says how
  $PREFIX/sbin/bookly-doctor says what is still missing
END
