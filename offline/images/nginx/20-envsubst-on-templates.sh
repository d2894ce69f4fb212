#!/bin/sh
# Renders /etc/nginx/templates/*.template into /etc/nginx/conf.d, replacing only variables that are in the environment
# (and, with NGINX_ENVSUBST_FILTER, match that expression), so that Nginx's own variables stay.
set -eu
templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
target=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0
if [ ! -w "$target" ]; then
  echo "$0: $target is not writable, so no template is rendered" >&2
  exit 0
fi
names=$(awk -v filter="${NGINX_ENVSUBST_FILTER:-}" 'BEGIN {
  for (name in ENVIRON) if (name ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && name ~ filter) printf "${%s} ", name
}' </dev/null)
find "$templates" -follow -type f -name "*$suffix" | while read -r template; do
  output=$target/${template#"$templates"/}
  output=${output%"$suffix"}
  mkdir -p "$(dirname "$output")"
  envsubst "$names" <"$template" >"$output"
done
