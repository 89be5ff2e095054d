# Part of bookly-doctor: the database as the programs see it, its schema, its clock, and what is between.
# shellcheck shell=bash

psql_path() {
    local candidate found=''
    for candidate in /usr/lib/postgresql/*/bin/psql; do
        [ ! -x "$candidate" ] || found=$candidate
    done
    echo "${found:-psql}"
}
PSQL=$(psql_path)

# the address without whose it is: each program comes as its own role
database_address() {
    local word="[[:space:]]*=[[:space:]]*('([^'\\\\]|\\\\.)*'|[^[:space:]]*)"
    setting DATABASE_URL | sed -E "s#^([a-z]+://)[^/?@]*@#\1#; s#([?&])(user|password)=[^&]*&?#\1#g; s#[?&]\$##
        s/(^|[[:space:]])(user|password)$word//g"
}
DATABASE=$(database_address)

# sql ROLE USER : standard input, as that role and that user of the machine. Passwords go through the environment.
sql() {
    (
        PGUSER=$1 PGPASSWORD=$(cat "$SECRETS/${1#bookly_}_password") PGCONNECT_TIMEOUT=5
        export PGUSER PGPASSWORD PGCONNECT_TIMEOUT DATABASE PSQL
        cd / && as "$2" "$PSQL" -X -A -t -q -v ON_ERROR_STOP=1 -d "$DATABASE" -f - 2>&1
    )
}

advice_for() {
    case $1 in
    *"password authentication failed"*) echo "bookly-migrate, which gives the roles the passwords of $SECRETS" ;;
    *"does not exist"*) echo "bookly-migrate --create, or the right name in DATABASE_URL" ;;
    *"no pg_hba.conf entry"* | *"Peer authentication failed"* | *"pg_hba.conf rejects"*)
        echo "a line in pg_hba.conf that admits $2 by scram-sha-256, or an address in DATABASE_URL that has one (127.0.0.1)" ;;
    *"permission denied for database"*) echo "bookly-migrate, which grants CONNECT" ;;
    *"too many"* | *"remaining connection slots"*) echo "max_connections in postgresql.conf" ;;
    *) echo "start PostgreSQL, or correct DATABASE_URL in $CONFIG" ;;
    esac
}

check_connection() {
    local said
    if said=$(sql "$1" "$2" <<<"select current_user"); then
        good database "$1 can connect"
        return
    fi
    said=${said%%$'\n'*}
    broken database "$1 cannot connect: ${said#psql: error: }" "$(advice_for "$said" "$1")"
    return 1
}

# what the files grant to a role: names of functions, as values of a query
granted_to() {
    sed -nE 's/^grant execute on function bookly\.([a-z_]+)\(.*\) *to (.*);$/\1 \2/p' "$SQL"/functions/*.sql |
        grep -w "$1" | sed "s/ .*//; s/.*/('&')/" | paste -s -d ,
}

check_rights() {
    local said role
    if ! said=$(sql "$1" "$2" <<END
select 'powers ' || rolname from pg_roles where rolname in (current_user, 'bookly_service')
    and (rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication);
select 'lacks ' || string_agg(name, ', ' order by name) from (values $(granted_to "$1")) wanted (name)
    where not exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'bookly' and p.proname = name and has_schema_privilege(n.oid, 'usage')
            and has_function_privilege(p.oid, 'execute'))
    having count(*) > 0;
select 'reads ' || string_agg(c.relname, ', ' order by c.relname) from pg_class c join pg_namespace n
    on n.oid = c.relnamespace where n.nspname = 'bookly_data' and c.relkind in ('r', 'p')
        and has_table_privilege(c.oid, 'select, insert, update, delete') having count(*) > 0;
END
    ); then
        broken database "the rights of $1 cannot be read: ${said%%$'\n'*}" "bookly-migrate"
        return
    fi
    if [ -z "$said" ]; then
        good database "$1 may call its functions and nothing else"
        return
    fi
    for role in $(sed -n 's/^powers //p' <<<"$said"); do
        broken database "$role has powers that no program needs" "alter role $role nosuperuser nocreaterole nocreatedb nobypassrls noreplication"
    done
    case $said in *"lacks "*)
        broken database "$1 may not call: $(sed -n 's/^lacks //p' <<<"$said")" "bookly-migrate --again" ;;
    esac
    case $said in *"reads "*)
        broken database "$1 has rights on tables: $(sed -n 's/^reads //p' <<<"$said")" "revoke all on all tables in schema bookly_data from $1, and from what it is a member of" ;;
    esac
}

check_schema() {
    local said status=0
    if [ -z "${DATABASE_URL:-}" ] && [ ! -r "$SECRETS/owner_password" ]; then
        warn database "the schema's version was not looked at" "give the owner's address in DATABASE_URL"
        return
    fi
    said=$("$MIGRATE" --status 2>&1 </dev/null) || status=$?
    said=${said#bookly-migrate: }
    case $status in
    0) good database "the schema is $said" ;;
    1)
        broken database "the schema is behind these programs: $(paste -s -d ';' <<<"$said" | sed 's/;/; /g')" "bookly-migrate"
        return 1
        ;;
    *) case $said in
        *"newer than these"*) broken database "$said" "install the version of bookly-realtime that the database was brought to" ;;
        *) broken database "the owner cannot look at the schema: ${said%%$'\n'*}" "$(advice_for "$said" bookly)" ;;
        esac ;;
    esac
    return 0
}

# A second connection, made while the first is idle, must not be given the first one's server process.
check_pooler() {
    local said
    # shellcheck disable=SC2016
    if ! said=$(sql bookly_pushd "$PUSH_USER" <<'END'
select pg_backend_pid();
\! "$PSQL" -X -A -t -q -d "$DATABASE" -c 'select pg_backend_pid()'
select pg_backend_pid();
END
    ); then
        broken database "a connection is lost between two statements: ${said%%$'\n'*}" "DATABASE_URL of PostgreSQL itself, or a pooler with pool_mode = session"
    elif [ "$(sort -u <<<"$said" | grep -c .)" != 2 ] || [ "$(sed -n 1p <<<"$said")" != "$(sed -n 3p <<<"$said")" ]; then
        broken database "DATABASE_URL leads through a pooler in transaction mode: notifications and locks of bookly-pushd are lost there" "DATABASE_URL of PostgreSQL itself, or pool_mode = session"
    else
        good database "a connection keeps its server process"
    fi
}

check_clock() {
    local before after there
    before=$(date +%s.%N)
    there=$(sql bookly_pushd "$PUSH_USER" <<<"select extract(epoch from clock_timestamp())") || return
    after=$(date +%s.%N)
    if awk -v a="$before" -v t="$there" -v b="$after" 'BEGIN { exit !(t > a - 2 && t < b + 2) }'; then
        good clock "that of the database agrees with this machine's"
    else
        warn clock "that of the database is $(awk -v t="$there" -v b="$after" 'BEGIN { printf "%.0f", t - b }') s off this machine's" "set both by NTP (timedatectl set-ntp true): tokens end, and latencies are counted, by these clocks"
    fi
}

check_database() {
    check_connection bookly_pushd "$PUSH_USER" || return
    check_connection bookly_fcgi "$FRONT_USER" || return
    if check_schema; then
        check_rights bookly_pushd "$PUSH_USER"
        check_rights bookly_fcgi "$FRONT_USER"
    fi
    check_pooler
    check_clock
}
