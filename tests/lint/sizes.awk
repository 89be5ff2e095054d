# Sizes that are never passed: 400 lines a .c (of the programs), 150 a .h, 60 a function, 100
# columns.
function finish() {
    if (file ~ /\.c$/ && file !~ /^tests\// && last > 400) print file ": " last " lines"
    if (file ~ /\.h$/ && last > 150) print file ": " last " lines"
}
FNR == 1 {
    if (file != "") finish()
    file = FILENAME
    begin = 0
}
{ last = FNR }
{
    # a character of several bytes is one column
    line = $0
    gsub(/[\200-\277]/, "", line)
    if (length(line) > 100) print file ":" FNR ": " length(line) " columns"
}
/^\{/ { begin = FNR }
/^\}/ {
    if (begin && FNR - begin - 1 > 60) print file ":" begin ": a function of " FNR - begin - 1 " lines"
    begin = 0
}
END { finish() }
