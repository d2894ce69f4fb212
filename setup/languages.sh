#!/usr/bin/env bash
# languages.sh: finds or installs what runs the examples in other languages, and prints shell code that puts it to use.
# YAML's language host is built from its Go module, unless it is installed. Python gets Pulumi's SDK in an environment of
# its own; Pulumi's Python language host is in no registry, so the example runs through the Automation API instead.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# The newest that the Go module proxy has.
yaml_version=1.25.0

yaml_host() {
  local folder=$cache/pulumi-yaml-$yaml_version
  if command -v pulumi-language-yaml >/dev/null || [ -x "$folder/pulumi-language-yaml" ]; then return 0; fi
  command -v go >/dev/null || fail "pulumi-language-yaml is not on PATH, and building it needs Go: install either"
  say "languages: building Pulumi's YAML language host $yaml_version from its Go module: a minute or two, once"
  go_build "the YAML language host" github.com/pulumi/pulumi-yaml "$yaml_version" \
    github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml "$folder/pulumi-language-yaml"
}

python_sdk() {
  local folder=$cache/python-sdk requirements=examples/python/requirements.txt
  if cmp --silent "$requirements" "$folder/installed.txt"; then return 0; fi
  command -v python3 >/dev/null || fail "python3 is not on PATH: install Python 3.9 or newer"
  say "languages: installing Pulumi's Python SDK"
  rm -rf "$folder"
  { python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --requirement "$requirements"; } >"$cache/pip.log" 2>&1 ||
    fail "pip could not install $requirements; the end of its log, $cache/pip.log: $(log_end "$cache/pip.log")"
  cp "$requirements" "$folder/installed.txt"
}

locked yaml-host yaml_host
locked python-sdk python_sdk
echo "export PATH=\"\$PATH:$cache/pulumi-yaml-$yaml_version\" ODOO_FLEET_PYTHON=\"$cache/python-sdk/bin/python\""
