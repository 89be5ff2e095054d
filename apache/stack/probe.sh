#!/bin/bash
# probe.sh HOST PORT PATH : one GET over a plain socket (curl may be missing); prints the status
# on the first line and the body after it. Empty when nobody answers in five seconds.
set -uo pipefail

exec 3<>"/dev/tcp/$1/$2" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$3" "$2" >&3
timeout 5 cat <&3 | sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p; 1,/^\r*$/d; p'
