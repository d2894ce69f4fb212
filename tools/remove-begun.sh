#!/usr/bin/env bash
# remove-begun.sh <STATE: removes the containers, on this machine's engine, that a run had begun to make when it was killed. The state, as `pulumi stack export`
# prints it, has no more than their names, so that a destroy would leave them, and fail at what they use. Needs build/env.
set -euo pipefail
node -e '
  for (const { type, resource } of JSON.parse(require("fs").readFileSync(0, "utf8")).deployment.pending_operations ?? [])
    if (type === "creating" && resource.type === "docker:index/container:Container") console.log(resource.inputs.name)' |
  xargs --no-run-if-empty docker rm --force --volumes >/dev/null 2>&1 || true
