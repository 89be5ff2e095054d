#!/bin/bash
# What apache/monitoring/ holds fits the programs: prints alert rules and expressions of the dashboard
# that Prometheus does not accept, alerts that no test makes fire, and metrics that nobody counts.
set -euo pipefail
cd "$(dirname "$0")/../.."
alerts=apache/monitoring/alerts.yml dashboard=apache/monitoring/grafana.json tests=tests/monitoring/alerts.yml
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

quietly() {
    "$@" >"$folder/said" 2>&1 || { echo "$*:" && cat "$folder/said"; }
}
# what counts of a histogram is its name; up is Prometheus' own
named_in() {
    grep -ohE '\b(bookly|process)_[a-z_]+' "$@" | sed -E 's/_(bucket|sum|count)$//' | sort -u
}
counted() {
    sed -nE 's/^METRIC\([A-Z_]+, "([a-z_]+)".*/\1/p' shared/catalogue/metrics.def pushd/admin/metrics.def \
        fcgi/metrics.def | sort
}
# the dashboard's expressions as recording rules, with something in place of its variables
expressions() {
    local number=0
    echo "groups: [{ name: dashboard, rules: ["
    sed -nE 's/^ *"expr": (".*"),?$/\1/p' $dashboard |
        sed 's/\$__rate_interval/1m/g; s/\$__range/1h/g; s/\$instance/.*/g' |
        while IFS= read -r expression; do
            number=$((number + 1))
            echo "{ record: 'expression:$number', expr: $expression },"
        done
    echo "] }]"
}

[ "$(counted | uniq -d)" = "" ] || echo "counted twice: $(counted | uniq -d)"
[ "$(counted | wc -l)" -gt 20 ] || echo "no metrics were found"
expressions >"$folder/dashboard.yml"
[ "$(grep -c record "$folder/dashboard.yml")" = "$(grep -c '"expr"' $dashboard)" ] ||
    echo "$dashboard: an expression is not on a line of its own"
quietly promtool check rules $alerts
quietly promtool check rules "$folder/dashboard.yml"
quietly promtool test rules $tests
comm -23 <(named_in $alerts $dashboard $tests) <(counted) | sed 's/^/nobody counts: /'
comm -23 <(sed -nE 's/^ *- alert: ([A-Za-z]+)$/\1/p' $alerts | sort) \
    <(sed -nE 's/^ *alertname: ([A-Za-z]+)$/\1/p' $tests | sort) | sed 's/^/no test makes it fire: /'
