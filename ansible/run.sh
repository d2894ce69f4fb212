#!/usr/bin/env bash
# run.sh PLAYBOOK: runs a playbook for the inventory on standard input. Prints nothing but what failed; everything else is in
# the folder `hosts/$ODOO_FLEET_RUN` of the cache: a log, and the progress for the program, one JSON object a task.
# An interruption reaches Ansible, and a run that an earlier one still holds the host of waits for it.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
playbook=$1
folder=${ODOO_FLEET_CACHE:-$HOME/.cache/odoo-fleet}/hosts/${ODOO_FLEET_RUN:?the name of the run}
umask 077
mkdir -p "$folder"
private=$(mktemp -d)
# A run's connection ends with it.
clean_up() {
  for socket in "$private"/ssh/*; do
    if [ -S "$socket" ]; then ssh -F none -o ControlPath="$socket" -O exit host 2>/dev/null || true; fi
  done
  rm -rf "$private"
}
trap clean_up EXIT
cat >"$private/inventory.yml"
exec 9>"$folder/lock"
flock 9

# This machine: an engine that answers here is used as it is, and only one that came from here is looked after further.
if grep -q '^workstation:' "$private/inventory.yml" && [ ! -e "$folder/ours" ]; then
  if command -v docker >/dev/null && timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
    exit 0
  fi
  touch "$folder/ours"
fi

programs=$("$project/setup/ansible.sh")
export ANSIBLE_CONFIG=$project/ansible/ansible.cfg ANSIBLE_HOME=$folder/../../ansible-home ANSIBLE_NOCOLOR=1 LC_ALL=C.UTF-8
# Of this run alone: an open connection of an earlier one would hide that the host's key has changed.
export ANSIBLE_SSH_CONTROL_PATH_DIR=$private/ssh
# Ansible is compiled at its first use; where an environment forbids Python to keep that, each task would do it again.
unset PYTHONDONTWRITEBYTECODE
export ODOO_FLEET_PROGRESS=$folder/progress.jsonl
log=$folder/ansible.log
# In the background, so that a signal is handed on at once and not after the run. Nothing that Ansible leaves behind, such
# as a shared SSH connection, may hold on to the lock or to a pipe that somebody waits for.
"$programs/ansible-playbook" --inventory "$private/inventory.yml" "$project/ansible/$playbook.yml" \
  >"$log" 2>&1 </dev/null 9>&- &
ansible=$!
trap 'kill -INT "$ansible" 2>/dev/null || true' INT TERM
status=0
wait "$ansible" || status=$?
# A wait that a signal ends is no end of Ansible.
while kill -0 "$ansible" 2>/dev/null; do wait "$ansible" || status=$?; done
if [ "$status" -ne 0 ]; then
  grep -E ' \| (failed|unreachable)' "$log" >&2 || tail -n 20 "$log" >&2
  echo "The whole log: $log" >&2
  exit "$status"
fi
