#!/bin/sh
# Brings the database of DATABASE_URL (its owner; CREATEROLE, not superuser) to this folder's state.
# May be repeated: migrations run once each, functions and triggers are laid anew when a file changed.
# BOOKLY_PUSHD_PASSWORD and BOOKLY_FCGI_PASSWORD, where set, become the programs' passwords.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ -n "${DATABASE_URL:-}" ] || { echo "apply.sh: DATABASE_URL is not set" >&2; exit 2; }

psql=
for candidate in /usr/lib/postgresql/*/bin/psql; do
    [ -x "$candidate" ] && psql=$candidate
done
[ -n "$psql" ] || psql=$(command -v psql) || { echo "apply.sh: psql is missing" >&2; exit 2; }

# The password of the address goes through the environment: a command line can be read by everyone.
part() {
    printf '%s\n' "$DATABASE_URL" | LC_ALL=C awk -v want="$1" '
        function decoded(text,    out, at, high, low) {
            out = ""
            while ((at = index(text, "%")) > 0) {
                high = index("0123456789abcdef", tolower(substr(text, at + 1, 1))) - 1
                low = index("0123456789abcdef", tolower(substr(text, at + 2, 1))) - 1
                out = out substr(text, 1, at - 1) sprintf("%c", high * 16 + low)
                text = substr(text, at + 3)
            }
            return out text
        }
        {
            password = ""
            if (match($0, /^postgres(ql)?:\/\/[^@\/?]*@/)) {
                scheme = substr($0, 1, index($0, "//") + 1)
                user = substr($0, length(scheme) + 1, RLENGTH - length(scheme) - 1)
                rest = substr($0, RLENGTH)
                if ((at = index(user, ":")) > 0) {
                    password = decoded(substr(user, at + 1))
                    user = substr(user, 1, at - 1)
                }
                $0 = scheme user rest
            }
            if (match($0, /[?&]password=[^&]*/)) {
                password = decoded(substr($0, RSTART + 10, RLENGTH - 10))
                mark = substr($0, RSTART, 1)
                rest = substr($0, RSTART + RLENGTH)
                $0 = substr($0, 1, RSTART - 1) (rest == "" ? "" : mark substr(rest, 2))
            } else if (!/^postgres(ql)?:/ && match($0, /(^| )password *= *('\''[^'\'']*'\''|[^ ]*)/)) {
                password = substr($0, RSTART, RLENGTH)
                $0 = substr($0, 1, RSTART - 1) " " substr($0, RSTART + RLENGTH)
                sub(/^ ?password *= */, "", password)
                gsub(/^'\''|'\''$/, "", password)
            }
            print want == "password" ? password : $0
        }'
}
address=$(part address)
password=$(part password)
if [ -n "$password" ]; then PGPASSWORD=$password && export PGPASSWORD; fi

script() {
    cat <<'SQL'
set client_min_messages = warning;
set lock_timeout = '30s';
-- A session lock, so that two applications at once queue instead of colliding.
select pg_advisory_lock(1651209267, 0) \g /dev/null
create schema if not exists bookly;
create schema if not exists bookly_data;
create table if not exists bookly_data.migrations (
    name text primary key, applied_at timestamptz not null default clock_timestamp());
create table if not exists bookly_data.applied (digest text primary key);
SQL
    for file in "$here"/migrations/*.sql; do
        name=$(basename -- "$file")
        printf "select not exists (select from bookly_data.migrations where name = '%s') as fresh \\gset\n" "$name"
        printf '\\if :fresh\nbegin;\n'
        cat -- "$file"
        printf "insert into bookly_data.migrations (name) values ('%s');\ncommit;\n\\\\endif\n" "$name"
    done
    cat -- "$here/roles.sql"
    digest=$(cat -- "$here"/functions/private/*.sql "$here"/functions/*.sql "$here"/triggers/*.sql |
        sha256sum | cut -c1-64)
    printf "select not exists (select from bookly_data.applied where digest = '%s') as fresh \\gset\n" "$digest"
    cat <<'SQL'
\if :fresh
begin;
set local check_function_bodies = off;
-- Private functions, and with them the triggers, are made from nothing: names and signatures may change.
do $$
declare
    private regprocedure;
begin
    for private in select p.oid from pg_catalog.pg_proc p
        where p.pronamespace = 'bookly_data'::regnamespace
    loop
        execute pg_catalog.format('drop function %s cascade', private);
    end loop;
end
$$;
SQL
    cat -- "$here"/functions/private/*.sql "$here"/functions/*.sql "$here"/triggers/*.sql
    cat <<SQL
-- What no file defines any more goes; defined ones were all written by this transaction.
do \$\$
declare
    stale regprocedure;
begin
    for stale in select p.oid from pg_catalog.pg_proc p
        where p.pronamespace = 'bookly'::regnamespace and p.xmin <> pg_current_xact_id()::xid
    loop
        execute pg_catalog.format('drop function %s', stale);
    end loop;
end
\$\$;
revoke execute on all functions in schema bookly, bookly_data from public;
delete from bookly_data.applied;
insert into bookly_data.applied (digest) values ('$digest');
commit;
\\endif
select bookly.stream_upkeep(null) \\g /dev/null
SQL
}

script | "$psql" -X -q -v ON_ERROR_STOP=1 -d "$address" -f -
