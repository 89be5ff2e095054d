# Part of bookly-doctor: the settings, the secrets' files and the keys of tokens.
# shellcheck shell=bash

check_settings() {
    local said
    if said=$(cd / && as "$PUSH_USER" env -i PATH=/usr/bin:/bin DATABASE_USER=bookly_pushd \
        DATABASE_PASSWORD_FILE="$SECRETS/pushd_password" "$LIB/bookly-pushd" --config "$CONFIG" --check 2>&1); then
        good settings "$CONFIG is accepted by bookly-pushd"
    else
        broken settings "bookly-pushd refuses them: ${said#bookly-pushd: }" "correct it in $CONFIG; bookly.conf(5) says what is allowed"
    fi
    if [ "$(setting AUTH_MODE)" = development ]; then
        broken settings "AUTH_MODE=development lets everybody on this machine in without a token" "AUTH_MODE=token in $CONFIG"
    fi
    check_file settings "$CONFIG" "$PUSH_USER" "$FRONT_USER"
}

# check_file SUBJECT FILE USER... : these can read it, and others cannot
check_file() {
    local subject=$1 file=$2 user mode
    shift 2
    if [ ! -e "$file" ]; then
        broken "$subject" "$file is missing" "make it: 48 random bytes in base64, readable to $(paste -s -d ' ' <<<"$*") only"
        return 1
    fi
    mode=$(stat -Lc %a "$file")
    if [ $((0$mode & 007)) != 0 ]; then
        broken "$subject" "everybody can read $file (mode $mode)" "chmod 0640 $file, with a group that holds its readers"
        return 1
    fi
    for user; do
        if ! (cd / && as "$user" test -r "$file"); then
            broken "$subject" "$user cannot read $file" "chgrp and chmod 0640 $file, so that $user can"
            return 1
        fi
    done
    good "$subject" "$file is readable to its readers only"
}

# bits of a text by the frequency of its signs: a measure of how badly it was chosen, not of how well
bits_of() {
    awk '{ for (i = 1; i <= length($0); i++) { seen[substr($0, i, 1)]++; all++ } }
        END { for (sign in seen) bits -= seen[sign] * log(seen[sign] / all) / log(2); print int(bits) }'
}

check_secret() {
    local bits
    bits=$(bits_of)
    if [ "$bits" -lt 100 ]; then
        broken keys "the HS256 key of $1 can be guessed ($bits bits at most)" "put 48 random bytes there: head -c 48 /dev/urandom | base64 -w0"
    else
        good keys "the HS256 key of $1 is long and irregular"
    fi
}

check_public_key() {
    local text bits
    if grep -q 'PRIVATE KEY' "$1"; then
        broken keys "$1 holds a private key" "leave the public one here (openssl pkey -pubout), and change the key: it has been where it should not be"
    elif ! text=$(openssl pkey -pubin -noout -text -in "$1" 2>&1); then
        broken keys "$1 is not a public key in PEM" "openssl pkey -in private.pem -pubout"
    else
        bits=$(sed -nE 's/.*Public-Key: \(([0-9]+) bit\).*/\1/p' <<<"$text")
        if grep -q Modulus <<<"$text" && [ "${bits:-0}" -lt 2048 ]; then
            broken keys "$1 is an RSA key of $bits bits" "make one of 2048 bits or more, or an EC one on P-256"
        else
            good keys "$1 is a public key of $bits bits"
        fi
    fi
}

check_keys() {
    local file keys
    if [ -n "$(setting JWT_SECRET)" ]; then
        setting JWT_SECRET | check_secret "$CONFIG"
    fi
    file=$(setting JWT_SECRET_FILE)
    if [ -n "$file" ] && check_file keys "$file" "$PUSH_USER" "$FRONT_USER"; then
        check_secret "$file" <"$file"
    fi
    keys=$(setting JWT_PUBLIC_KEYS)
    if [ -d "$keys" ]; then
        for file in "$keys"/*.pem; do
            [ ! -e "$file" ] || check_public_key "$file"
        done
    elif [ -f "$keys" ] && grep -qE '"(d|k)" *:' "$keys"; then
        broken keys "$keys holds a private or a symmetric key" "leave the public members of each key there, and change the key"
    fi
}
