#!/bin/bash
# reference.sh write|check : the reference tables of README.md, between two comments, are what
# .build/tests/reference/reference prints. write puts them there, check prints the difference.
set -euo pipefail
cd "$(dirname "$0")/../.."
begin='<!-- reference: written by make docs -->'
end='<!-- end of the reference -->'

fresh() {
    if grep -qxF "$begin" README.md; then
        sed "/^$begin\$/,\$d" README.md
    else
        cat README.md
        printf '\n## Reference\n\n'
    fi
    echo "$begin"
    .build/tests/reference/reference
    printf '\n%s\n' "$end"
    sed "1,/^$end\$/d" README.md
}

case ${1:-} in
write)
    text=$(fresh)
    printf '%s\n' "$text" >README.md
    ;;
check) diff README.md <(fresh) | head -n 20 ;;
*) echo "reference.sh write|check" >&2 && exit 2 ;;
esac
