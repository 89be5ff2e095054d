#!/bin/bash
# What sql/ repeats of shared/catalogue/, because it is applied without it: prints where they differ.
set -euo pipefail
cd "$(dirname "$0")/../.."

# settings_put takes {"maxNotificationsPerUser": …}; a unit at the end of a name is not the setting's
bounds_in_sql() {
    sed -nE 's/^ *"([A-Za-z]+)": \{"is": "integer", "min": ([0-9]+), "max": ([0-9]+)\}.*/\1 \2 \3/p' \
        sql/functions/settings_put.sql |
        sed -E 's/^([A-Za-z]+)Seconds /\1 /; s/([A-Z])/_\1/g' | tr '[:lower:]' '[:upper:]' | sort
}
bounds_in_catalogue() {
    sed -nE 's/^SETTING\(INTEGER, [a-z_]+, "([A-Z_]+)", "[0-9]+", ([0-9]+), ([0-9]+),.*/\1 \2 \3/p' \
        shared/catalogue/settings.def | sort
}
# names_in_sql FILE, names_in_catalogue ROW FILE
names_in_sql() {
    sed -nE "s/.*'\{([A-Za-z_, ]*)\}'::text.*/\1/p" "sql/functions/private/$1" | sed 's/, */\n/g'
}
names_in_catalogue() {
    sed -nE "s/^$1\([A-Z_]+, \"([A-Za-z_]+)\".*/\1/p" "shared/catalogue/$2"
}

names=$(bounds_in_sql | cut -d ' ' -f 1)
[ "$(wc -w <<<"$names")" -ge 4 ] || echo "settings_put.sql: no bounds were found"
diff <(bounds_in_sql) <(bounds_in_catalogue | grep -wF "$names") || true
while read -r row catalogue sql; do
    [ -n "$(names_in_catalogue "$row" "$catalogue")" ] || echo "$catalogue: no name was found"
    diff <(names_in_sql "$sql") <(names_in_catalogue "$row" "$catalogue") || true
done <<'END'
ROLE roles.def role_names.sql
CATEGORY categories.def category_names.sql
END
