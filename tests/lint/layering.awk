# Reads the table of doors, then sources; prints each include that its table does not allow.
FILENAME == ARGV[1] {
    if ($0 ~ /^#/ || NF < 2) next
    doors++
    header[doors] = "^" $1
    allowed[doors] = ""
    for (i = 2; i <= NF; i++) allowed[doors] = allowed[doors] " " $i
    next
}
/^#[ \t]*include/ {
    name = $0
    sub(/^#[ \t]*include[ \t]*[<"]/, "", name)
    sub(/[>"].*/, "", name)
    if ($0 ~ /include[ \t]*"/ && name !~ /^(shared|fcgi|pushd|tests)\//)
        print FILENAME ":" FNR ": \"" name "\" is not named from the root"
    for (d = 1; d <= doors; d++) {
        if (name !~ header[d]) continue
        count = split(allowed[d], paths, " ")
        found = 0
        for (i = 1; i <= count; i++) if (paths[i] != "-" && FILENAME ~ paths[i]) found = 1
        if (!found) print FILENAME ":" FNR ": may not include " name
    }
}
