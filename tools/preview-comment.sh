#!/usr/bin/env bash
# preview-comment.sh STACK: writes the preview's summary as a comment on the pull request PULL_REQUEST of REPOSITORY, with
# the GitHub CLI. A stack has one comment, found by the marker in its first line and edited in place.
set -euo pipefail
cd "$(dirname "$0")/.."
# Files and marker are by the last part of organization/project/stack, which is what the summary names.
stack=${1##*/}
: "${REPOSITORY:?REPOSITORY is missing: owner/name}" "${PULL_REQUEST:?PULL_REQUEST is missing: its number}"
summary=build/preview/$stack.md
marker="<!-- odoo-fleet preview: $stack -->"
mkdir -p build/preview
body=build/preview/$stack.comment.md
if [ -f "$summary" ]; then
  # A comment has at most 65,536 characters; the whole summary is in the job's log.
  head -c 60000 "$summary" >"$body"
  if [ "$(wc -c <"$summary")" -gt 60000 ]; then
    printf '\n\nCut here: the whole summary is in the log of the job.\n' >>"$body"
  fi
else
  printf '%s\n\n## Preview of `%s`: failed\n\nNo summary could be made; the log of the job says why.\n' "$marker" "$stack" >"$body"
fi
id=$(gh api --paginate "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" \
  --jq ".[] | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$id" --field "body=@$body"
else
  gh api --silent --method POST "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" --field "body=@$body"
fi
