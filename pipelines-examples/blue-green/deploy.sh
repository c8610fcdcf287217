#!/bin/sh
# Two environments, one database: ./deploy.sh RELEASE COLOUR puts the release into the idle colour and switches to it
#
# `./start COLOUR RELEASE`, `./switch COLOUR` and `./stop COLOUR` are yours.
set -eu
release=${1:?name the release}
idle=${2:?name the idle colour}

# Before it contracts, what it contracts has to be unused: the idle colour still has the release before the last, so it
# stops first. The live colour goes on.
./stop "$idle"
midflight advance --release "$release"
./start "$idle" "$release"
./switch "$idle"
midflight status
