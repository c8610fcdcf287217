#!/bin/sh
# Flyway keeps its folder and repeatable migrations, midflight runs the versioned ones: ./deploy.sh RELEASE
#
# Once, beforehand: `midflight baseline --through` the last one that is applied.
set -eu
release=${1:?name the release}

midflight advance --release "$release"

# For Flyway a migration is applied as soon as it is expanded. `repair` puts the checksums in.
psql "$DATABASE_URL" -q -v ON_ERROR_STOP=1 <<'SQL'
INSERT INTO flyway_schema_history
    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
SELECT coalesce((SELECT max(installed_rank) FROM flyway_schema_history), 0) + row_number() OVER (ORDER BY begun.id),
       replace(substr(split_part(begun.id, '__', 1), 2), '_', '.'), replace(split_part(begun.id, '__', 2), '_', ' '),
       'SQL', begun.id || '.sql', 0, current_user, 0, true
FROM midflight.migrations AS begun
WHERE phase NOT IN ('pending', 'rolling_back', 'rolled_back')
  AND NOT EXISTS (SELECT FROM flyway_schema_history WHERE script = begun.id || '.sql')
SQL
flyway repair
flyway migrate # repeatable migrations
./deploy "$release"
