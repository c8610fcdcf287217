#!/bin/sh
# Prisma writes migrations (`prisma migrate dev --create-only`), midflight carries them through: ./deploy.sh RELEASE
#
# In the place of `prisma migrate deploy`. Once, beforehand: `midflight baseline --through` the last one that is applied.
set -eu
release=${1:?name the release}

midflight advance --release "$release"

# For Prisma a migration is applied as soon as it is expanded
begun=$(psql "$DATABASE_URL" -qAt -v ON_ERROR_STOP=1 <<'SQL'
SELECT begun.id FROM midflight.migrations AS begun
WHERE phase NOT IN ('pending', 'rolling_back', 'rolled_back')
  AND NOT EXISTS (SELECT FROM _prisma_migrations
                  WHERE migration_name = begun.id AND finished_at IS NOT NULL AND rolled_back_at IS NULL)
ORDER BY begun.id
SQL
)
for name in $begun; do npx prisma migrate resolve --applied "$name"; done
./deploy "$release"
