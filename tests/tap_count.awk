# Counts one part's TAP: prints "passed failed". The totals that node's runner prints at the end
# count its nested tests; elsewhere the lines count, and a plan that was not kept is a failure.
/^# pass [0-9]+$/ { node_passed += $3; node = 1 }
/^# (fail|cancelled|todo|skipped) [0-9]+$/ { node_failed += $3 }
/^ok / {
    if ($0 ~ /# *(SKIP|TODO)/) failed++
    else passed++
}
/^not ok / { failed++ }
/^1\.\.[0-9]+/ { planned += substr($1, 4) }
END {
    if (node) {
        passed = node_passed
        failed = node_failed
    } else if (planned > passed + failed) {
        failed = planned - passed
    }
    print passed + 0, failed + 0
}
