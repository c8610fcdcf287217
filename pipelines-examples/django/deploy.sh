#!/bin/sh
# Django writes migrations; those that would lock or break something are carried through by midflight: ./deploy.sh RELEASE
#
# Such a migration's SQL is put into online/ and committed with it:
#
#   python manage.py sqlmigrate shop 0007_full_name > online/shop.0007_full_name.sql
set -eu
release=${1:?name the release}

midflight advance --release "$release"

# For Django a migration is applied as soon as it is expanded. `--fake` records what comes before it in the app as well:
# deploy those first, in a release of their own.
begun=$(psql "$DATABASE_URL" -qAt -v ON_ERROR_STOP=1 <<'SQL'
SELECT begun.id FROM midflight.migrations AS begun
WHERE phase NOT IN ('pending', 'rolling_back', 'rolled_back')
  AND NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = begun.id)
ORDER BY begun.id
SQL
)
for name in $begun; do python manage.py migrate --fake "${name%%.*}" "${name#*.}"; done
python manage.py migrate # the others
./deploy "$release"
