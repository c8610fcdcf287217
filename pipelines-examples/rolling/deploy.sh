#!/bin/sh
# A rolling deployment: ./deploy.sh RELEASE
#
# `./deploy` is yours: it replaces the running release instance by instance, and ends when the last one is replaced.
set -eu
release=${1:?name the release}

# The old release serves. Contracts what releases before made due; expands and backfills what is new in this one.
# A migration that has to wait is reported and fails nothing; when something fails nothing is deployed, and the old release goes on.
midflight advance --release "$release"

./deploy "$release"
midflight status
