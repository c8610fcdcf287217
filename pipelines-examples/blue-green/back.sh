#!/bin/sh
# Switches back: ./back.sh RELEASE COLOUR, with the release that the other colour still has
#
# Until the next `deploy.sh` everything that the old release knows is there, and current: contract comes with a release
# of its own. Telling midflight who serves keeps it from contracting under the old release's feet. It has to know that
# release from an `advance` of its own: one that it never heard of counts as the newest.
set -eu
release=${1:?name the release that serves from here on}
colour=${2:?name its colour}

./switch "$colour"
midflight advance --release "$release"
midflight status
