#!/usr/bin/env bash
# portal-service.sh install|start|stop|remove|exists NAME FOLDER: the worker of the portal of stack NAME as a service of this machine's systemd, by which it starts with
# the machine, and again after a failure. It runs as the user who installed it, with what tools/portalWorker.ts wrote into FOLDER. `start` leaves one that runs as it is, unless
# it is told `start NAME FOLDER changed`, or the program is another than the one that runs; `stop` is until the next start or the machine's; `exists` says by its exit code whether there is one. Where it isn't root, it asks sudo.
set -euo pipefail
cd "$(dirname "$0")/.."
command=$1 name=$2 folder=$3 changed=${4:-}
service=odoo-fleet-portal-$name.service
file=/etc/systemd/system/$service

fail() {
  echo "odoo-fleet: $*" >&2
  exit 1
}

root() { if [ "$EUID" = 0 ]; then "$@"; else sudo "$@"; fi; }

exists() { [ -e "$file" ]; }

# What the caller's environment says of where the state is, how it is opened, and how the world is reached. The passphrase itself goes into a file, which others
# can't read: the environment of a process is shown in more places.
environment() {
  local variable value
  umask 077
  if [ -n "${PULUMI_CONFIG_PASSPHRASE+set}" ]; then
    printf %s "$PULUMI_CONFIG_PASSPHRASE" >"$folder/passphrase"
    export PULUMI_CONFIG_PASSPHRASE_FILE=$folder/passphrase
  elif [ -n "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then
    PULUMI_CONFIG_PASSPHRASE_FILE=$(realpath "$PULUMI_CONFIG_PASSPHRASE_FILE")
  fi
  for variable in $(compgen -e | LC_ALL=C sort); do
    case $variable in
      PULUMI_CONFIG_PASSPHRASE) continue ;;
      PATH | XDG_DATA_HOME | PULUMI_* | AWS_* | AZURE_* | GOOGLE_* | DOCKER_* | NODE_EXTRA_CA_CERTS | SSL_CERT_*) ;;
      [Hh][Tt][Tt][Pp]_[Pp][Rr][Oo][Xx][Yy] | [Hh][Tt][Tt][Pp][Ss]_[Pp][Rr][Oo][Xx][Yy] | [Nn][Oo]_[Pp][Rr][Oo][Xx][Yy]) ;;
      *) continue ;;
    esac
    value=${!variable}
    # shellcheck disable=SC2016 # the characters that a shell, and systemd, would take for their own between quotes
    printf '%s="%s"\n' "$variable" "$(sed 's/[\\"`$]/\\&/g' <<<"$value")"
  done >"$folder/environment"
}

# A text as a unit has it, and as one of the words of a command there.
text() { sed 's/%/%%/g' <<<"$1"; }
word() { printf '"%s"' "$(text "$1" | sed 's/[\\"]/\\&/g')"; }

# Jobs that are under way get a minute, so only the worker itself is told to end; it takes the CLIs that it runs with it, or leaves what they did to the next one.
unit() {
  cat <<UNIT
# Written by odoo-fleet: make portal-service.
[Unit]
Description=Worker of the portal of $name (odoo-fleet)
After=docker.service network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
User=$(id --user --name)
WorkingDirectory=$(text "$PWD")
EnvironmentFile=$(text "$folder/environment")
ExecStart=$(word "$PWD/tools/portal-worker.sh") run $(word "$folder")
TimeoutStartSec=180
TimeoutStopSec=90
KillMode=mixed
Restart=always
RestartSec=5
UMask=0077
NoNewPrivileges=yes
ProtectSystem=full

[Install]
WantedBy=multi-user.target
UNIT
}

install() {
  local written
  [ -d /run/systemd/system ] ||
    fail "this machine has no systemd to run the worker of the portal of $name; expected one. Have your own service manager run" \
      "tools/portal-worker.sh run $folder, as this user and with Pulumi's backend and passphrase in its environment. Nothing was changed."
  environment
  written=$(mktemp)
  unit >"$written"
  if ! root install -m 0644 "$written" "$file"; then
    rm -f "$written"
    fail "$file can't be written; expected a user who is root or whom sudo makes root. Nothing was changed."
  fi
  rm -f "$written"
  root systemctl daemon-reload
  root systemctl enable --quiet "$service"
  # A process that make portal has started gives way.
  tools/portal-worker.sh stop "$folder"
  changed=changed
  start
}

start() {
  if [ "$changed" != changed ] && root systemctl is-active --quiet "$service" && tools/portal-worker.sh is-current "$folder"; then return; fi
  if root systemctl restart "$service"; then return; fi
  echo "odoo-fleet: the portal's worker doesn't start, and is tried again every 5 s; the end of its log, journalctl --unit $service:" >&2
  root journalctl --unit "$service" --lines 20 --output cat --no-pager >&2
  exit 1
}

stop() { root systemctl stop "$service"; }

remove() {
  root systemctl disable --quiet --now "$service"
  root rm -f "$file"
  root systemctl daemon-reload
  rm -f "$folder/environment" "$folder/passphrase"
}

"$command"
