#!/usr/bin/env bash
# ansible-lint.sh: judges the Ansible tree: yamllint, ansible-lint with the profile `production`, and each playbook's syntax. A
# warning is a failure. A tree that was found good isn't judged again.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
key=$(find ansible setup/ansible-lint.sh -type f -not -path '*/__pycache__/*' -not -path '*/.ansible/*' -print0 | sort -z |
  xargs -0 sha256sum | sha256sum | cut -c1-16)
good=$PWD/build/ansible-lint-$key
if [ -e "$good" ]; then exit 0; fi
programs=$(setup/ansible.sh)
export PATH=$programs:$PATH ANSIBLE_HOME=$PWD/build/ansible ANSIBLE_FORCE_COLOR=0 NO_COLOR=1
cd ansible
yamllint --strict .
ansible-lint --offline -q
for playbook in site.yml ports.yml update.yml; do
  said=$(ansible-playbook --inventory hosts.example.yml --syntax-check "$playbook" 2>&1) || fail "$playbook: $said"
  if grep -E 'WARNING|ERROR|DEPRECATION' <<<"$said"; then fail "$playbook: its syntax check warns"; fi
done
rm -f "${good%/*}"/ansible-lint-*
touch "$good"
