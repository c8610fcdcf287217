#!/bin/sh
# A canary, watched by the gates of midflight.yaml: ./deploy.sh RELEASE MIGRATION
#
# `./canary RELEASE`, `./stop-canary` and `./deploy RELEASE` are yours.
set -eu
release=${1:?name the release}
migration=${2:?name its migration}

# The canary stops before rollback takes away the columns that it writes to; what it wrote is in the old columns as well.
# Where it stops by itself, `soak --rollback-on-failure` does the rest (exit 1).
give_up() {
    ./stop-canary
    midflight rollback "$migration"
    exit 1
}

midflight expand "$migration" --release "$release"
./canary "$release" # a few instances of the new release beside the old one
midflight backfill "$migration" || give_up # it asks the gates as well
midflight soak "$migration" --for "${SOAK:-10m}" --every "${SOAK_EVERY:-10s}" || give_up
./deploy "$release"
