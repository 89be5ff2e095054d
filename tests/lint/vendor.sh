#!/bin/bash
# Prints where apache/htdocs/vendor/ differs from what apache/vendor/package-lock.json installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
said=$(bash apache/vendor/copy.sh "$fresh" 2>&1) || { echo "$said" && exit 1; }
diff -rq "$fresh" apache/htdocs/vendor
