#!/usr/bin/env bash
# cli.sh: finds a Pulumi CLI (the installed one, the official download, or one built from Go modules) and prints the
# folder that it is in, or nothing if it is on PATH already.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# The newest that the pinned @pulumi/pulumi was tested with.
version=3.259.0
oldest=$(package_version @pulumi/pulumi)

# An installed CLI of the same major version, not older than the SDK, is used as it is.
suits() {
  local found
  found=$("$1" version 2>/dev/null | sed 's/^v//') || return 1
  [[ $found == 3.* ]] && is_at_least "$found" "$oldest"
}

# What an earlier run put on PATH is not "installed": the next shell would not find it.
installed=$(PATH=$(tr ':' '\n' <<<"$PATH" | grep -vF "$cache/" | paste -sd:) command -v pulumi || true)
if [ -n "$installed" ] && suits "$installed"; then
  say "cli: Pulumi $("$installed" version), installed here, is used"
  exit 0
fi

official=$cache/official/versions/$version/bin
if [ ! -x "$official/pulumi" ] && ! tried_lately cli && pulumi_downloads; then
  say "cli: downloading the official Pulumi CLI $version into $cache"
  # The npm package of that name fetches the official release into PULUMI_HOME.
  PULUMI_HOME=$cache/official timeout 600 npx --yes "pulumi@$version" version >"$cache/cli-download.log" 2>&1 </dev/null ||
    tried cli
fi
if [ -x "$official/pulumi" ] && suits "$official/pulumi"; then
  say "cli: the official Pulumi $version in $cache is used"
  echo "$official"
  exit 0
fi

may_stand_in || fail "the official Pulumi CLI can't be downloaded from get.pulumi.com, and ODOO_FLEET_OFFLINE=0 allows no" \
  "other: install it, or leave that variable out to build one from Go modules"
built=$cache/bin/pulumi
if [ ! -x "$built" ] || ! suits "$built"; then
  command -v go >/dev/null || fail "the Pulumi CLI can't be downloaded, and building it needs Go: install Go, or the CLI itself"
  say "cli: building Pulumi $version from its Go modules: about 6 minutes on two cores, once"
  started=$SECONDS
  pulumi=github.com/pulumi/pulumi
  go_build "the Pulumi CLI" $pulumi/pkg/v3 "$version" $pulumi/pkg/v3/cmd/pulumi "$built" \
    -ldflags "-s -w -X $pulumi/sdk/v3/go/common/version.Version=v$version"
  say "cli: built Pulumi $version in $((SECONDS - started)) s"
fi
say "cli: Pulumi $("$built" version), built from Go modules, is used"
dirname "$built"
