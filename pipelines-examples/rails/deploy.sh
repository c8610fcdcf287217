#!/bin/sh
# Rails writes migrations; those that would lock or break something are carried through by midflight: ./deploy.sh RELEASE
#
# db/online/20261121090000_full_name.sql has the SQL of db/migrate/20261121090000_full_name.rb, which stays for
# development, tests and new databases.
set -eu
release=${1:?name the release}

midflight advance --release "$release"

# For Rails a migration is applied as soon as it is expanded: its version stands in this table
psql "$DATABASE_URL" -q -v ON_ERROR_STOP=1 <<'SQL'
INSERT INTO schema_migrations (version)
SELECT split_part(begun.id, '_', 1) FROM midflight.migrations AS begun
WHERE phase NOT IN ('pending', 'rolling_back', 'rolled_back')
ON CONFLICT DO NOTHING
SQL
bin/rails db:migrate # the others
./deploy "$release"
