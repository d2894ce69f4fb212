#!/usr/bin/env bash
# ansible-lint.sh: judges the Ansible tree: yamllint, ansible-lint with the profile `production`, and each playbook's syntax.
# A warning is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
programs=$(offline/ansible.sh)
export PATH=$programs:$PATH ANSIBLE_HOME=${ANSIBLE_HOME:-$PWD/build/ansible} ANSIBLE_FORCE_COLOR=0 ANSIBLE_LOCALHOST_WARNING=false
cd ansible
yamllint --strict .
ansible-lint --offline -q
for playbook in site.yml ports.yml update.yml; do
  said=$(ansible-playbook --inventory hosts.example.yml --syntax-check "$playbook" 2>&1) || { echo "$said"; exit 1; }
  if grep -E 'WARNING|ERROR|DEPRECATION' <<<"$said"; then exit 1; fi
done
