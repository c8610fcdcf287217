# What the benchmarks share; sourced. Needs bash, psql and pgbench in the PATH, and a Linux server of its own to play with.

: "${DATABASE_URL:?set DATABASE_URL to a superuser of a throwaway server, such as postgresql://postgres@localhost:5432/postgres}"
base=${DATABASE_URL%/*}
midflight=${MIDFLIGHT:-$(command -v midflight || true)}
work=$(mktemp -d)
trap 'rm -rf "$work"; dropdb_if bench; dropdb_if bench_template' EXIT
export PGOPTIONS="-c client_min_messages=error"

sql() { # DATABASE STATEMENT…
    local database=$1
    shift
    local args=()
    for statement in "$@"; do args+=(-c "$statement"); done
    psql -XqAt -v ON_ERROR_STOP=1 "$base/$database" "${args[@]}"
}

dropdb_if() { sql postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)"; }

# The table of every run: 100 bytes a row, a key and two more indexes.
template() { # ROWS
    dropdb_if bench_template
    sql postgres "CREATE DATABASE bench_template"
    sql bench_template \
        "CREATE TABLE accounts (id bigint PRIMARY KEY, customer integer NOT NULL, amount integer NOT NULL,
           status text NOT NULL DEFAULT 'new', note text)" \
        "INSERT INTO accounts SELECT n, hashint8(n), n, 'new', repeat('x', 40) FROM generate_series(1, $1) n" \
        "CREATE INDEX ON accounts (customer)" "CREATE INDEX ON accounts (status)" "VACUUM (ANALYZE) accounts"
}

# A fresh copy, with nothing left to write from before, neither by the server nor by the system.
fresh() {
    dropdb_if bench
    sql postgres "CREATE DATABASE bench TEMPLATE bench_template" "CHECKPOINT"
    sync
    postmaster=$(sql bench "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
}

project() { # writes the migration that all runs carry out
    mkdir -p "$work/migrations"
    echo 'ALTER TABLE accounts ALTER COLUMN amount TYPE bigint;' > "$work/migrations/1.sql"
    : > "$work/midflight.yaml"
}

run_midflight() { (cd "$work" && DATABASE_URL="$base/bench" "$midflight" "$@" > "$work/out" 2>&1) || { cat "$work/out" >&2; exit 1; }; }

# Milliseconds of processor time of all server processes that have ended.
server_cpu() { sql bench "SELECT (split_part(rest, ' ', 14)::bigint + split_part(rest, ' ', 15)::bigint) * 10
    FROM (SELECT regexp_replace(pg_read_file('/proc/$postmaster/stat', 0, 1000), '^.*\) ', '')) stat (rest)"; }

now_ms() { echo $(( $(date +%s%N) / 1000000 )); }

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
