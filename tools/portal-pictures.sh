#!/usr/bin/env bash
# portal-pictures.sh FOLDER: takes the pictures of the portal's pages. Needs build/env, the setup's part `portal`, and an engine.
set -euo pipefail
folder=$(realpath "$1")
cd "$(dirname "$0")/../portal"
# shellcheck source=tools/portal-postgres.sh
. ../tools/portal-postgres.sh
trap remove_postgres EXIT
../build/bin/node24 tests/pictures/takePictures.ts "$folder"
