#!/bin/sh
# sqlx keeps its folder, midflight runs it: ./deploy.sh RELEASE
#
# Once, beforehand: `midflight baseline --through` the last one that is applied. The application may go on to call
# `sqlx::migrate!().run()`: it finds everything applied, with the right checksums.
set -eu
release=${1:?name the release}

midflight advance --release "$release"

# For sqlx a migration is applied as soon as it is expanded. The row is the one that its own `skip` writes.
begun=$(psql "$DATABASE_URL" -qAt -v ON_ERROR_STOP=1 <<'SQL'
SELECT begun.id FROM midflight.migrations AS begun
WHERE phase NOT IN ('pending', 'rolling_back', 'rolled_back')
  AND split_part(begun.id, '_', 1)::bigint NOT IN (SELECT version FROM _sqlx_migrations)
ORDER BY begun.id
SQL
)
for id in $begun; do
    file=migrations/$id.sql
    psql "$DATABASE_URL" -q -v ON_ERROR_STOP=1 -v id="$id" -v checksum="$(sha384sum "$file" | cut -d ' ' -f 1)" <<'SQL'
INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
VALUES (split_part(:'id', '_', 1)::bigint,
        replace(substr(:'id', strpos(:'id', '_') + 1), '_', ' '), true, decode(:'checksum', 'hex'), -1)
SQL
done
./deploy "$release"
