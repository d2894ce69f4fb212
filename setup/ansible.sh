#!/usr/bin/env bash
# ansible.sh: makes sure of Ansible and its linters, in the versions of ansible/requirements.txt, and prints the folder of
# their programs. They live in a virtual environment of the project's own below the cache, named by what it was made
# from; one that is there is only named again, in milliseconds.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
requirements=ansible/requirements.txt
# The oldest Python that the pinned Ansible runs on.
oldest='(3, 11)'

# usable PYTHON: whether it is new enough and can make virtual environments.
usable() {
  "$1" -c "import sys, ensurepip, venv; sys.exit(sys.version_info < $oldest)" 2>/dev/null
}

# Prints the Python to use: the one on PATH, or the distribution's.
find_python() {
  local python
  for python in python3 /usr/bin/python3; do
    if command -v "$python" >/dev/null && usable "$python"; then
      command -v "$python"
      return
    fi
  done
  return 1
}

make_environment() {
  local target=$1 python=$2 started=$SECONDS
  if [ -e "$target/.complete" ]; then return; fi
  say "ansible: installing $(grep -c '==' "$requirements") pinned packages for $python, once; about a minute"
  rm -rf "$target"
  # Compiled as they are used: most of Ansible's many collections never are.
  {
    "$python" -m venv "$target" &&
      "$target/bin/pip" install --quiet --disable-pip-version-check --no-compile --requirement "$requirements"
  } >"$cache/ansible.log" 2>&1 ||
    fail "Ansible could not be installed; the end of its log, $cache/ansible.log: $(log_end "$cache/ansible.log")"
  touch "$target/.complete"
  say "ansible: installed after $((SECONDS - started)) s"
}

command -v ssh >/dev/null || apt_install "Ansible logs in with ssh, which is not here" openssh-client
python=$(find_python) || {
  apt_install "Ansible needs Python 3.11 or newer with its module venv" python3-venv
  python=$(find_python) || fail "Ansible needs Python 3.11 or newer with its module venv, and no python3 here is: install one"
}
key=$({
  cat "$requirements"
  "$python" -c 'import sys; print(sys.base_prefix, sys.version)'
} | sha256sum | cut -c1-12)
environment=$cache/ansible-$key
if [ ! -e "$environment/.complete" ]; then locked ansible make_environment "$environment" "$python"; fi
echo "$environment/bin"
