#!/bin/bash
# copy.sh [FOLDER] : the libraries of the pages (package-lock.json), as modules that import only each other, into
# FOLDER, apache/htdocs/vendor/ when not given. What it writes is committed: a server needs no npm.
set -euo pipefail
cd "$(dirname "$0")"
to=${1:-../htdocs/vendor}
[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-progress --loglevel=error >&2
mkdir -p "$to"

# module FILE NAME : without the address of a source map, importing its neighbours as files
module() {
    sed -e '/^\/\/# sourceMappingURL=/d' -e 's/from"preact"/from".\/preact.js"/g' "node_modules/$1" >"$to/$2"
}
module preact/dist/preact.mjs preact.js
module preact/hooks/dist/hooks.mjs hooks.js
module htm/dist/htm.module.js htm.js
module socket.io-client/dist/socket.io.esm.min.js socket.io.js
module uplot/dist/uPlot.iife.min.js uplot.js
echo 'export default uPlot;' >>"$to/uplot.js"
cp node_modules/uplot/dist/uPlot.min.css "$to/uplot.css"

# The Apache License by its notice, which says where its text is (on Debian in /usr/share/common-licenses/): it is as
# long as some of the libraries, and the site is to stay small.
for name in preact htm socket.io-client uplot; do
    echo "$name $(node -p "require('./node_modules/$name/package.json').version")"
    echo
    sed '/^ *Apache License$/,/^ *identification within/d' node_modules/$name/LICENSE*
    echo
done >"$to/LICENSES.txt"
