#!/usr/bin/env bash
# portal-pictures.sh FOLDER: takes the pictures of the portal's pages. Needs build/env, the setup's part `portal`, and an engine.
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/../portal"
shared=$(../build/bin/node24 tests/support/sharedPostgres.ts)
postgres=${shared%% *}
export PORTAL_TEST_POSTGRES=${shared#* }
clean_up() {
  docker rm --force --volumes "$postgres" >/dev/null
  docker network rm "$postgres" >/dev/null
}
trap clean_up EXIT
../build/bin/node24 tests/pictures/takePictures.ts "$folder"
