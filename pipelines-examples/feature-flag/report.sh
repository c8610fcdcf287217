#!/bin/sh
# A program that reads by the new column as soon as every row has it, without a deployment in between. What it asks is
# what your application asks, at start and now and then.
set -eu
ready=$(psql "$DATABASE_URL" -qAt -c "SELECT midflight.readable('0001_full_name')")
if [ "$ready" = t ]; then column=full_name; else column=name; fi
psql "$DATABASE_URL" -qAt -c "SELECT '$column', count(*) FROM users WHERE $column LIKE 'a%'"
