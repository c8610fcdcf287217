#!/bin/sh
# A canary, watched by the gates of midflight.yaml: ./deploy.sh RELEASE MIGRATION
#
# `./canary RELEASE`, `./stop-canary` and `./deploy RELEASE` are yours.
set -eu
release=${1:?name the release}
migration=${2:?name its migration}

midflight expand "$migration" --release "$release"
./canary "$release" # a few instances of the new release beside the old one
midflight backfill "$migration"

# Exit 4: a gate said no too often. The canary stops before rollback takes away the columns that it writes to; what it
# wrote is in the old columns as well. Where it stops by itself, `--rollback-on-failure` does both (exit 1).
if ! midflight soak "$migration" --for "${SOAK:-10m}"; then
    ./stop-canary
    midflight rollback "$migration"
    exit 1
fi
./deploy "$release"
