#!/usr/bin/env bash
# engine.sh start|stop|release|status|adopt: the Docker engine of this machine. One that answers is used as it is; only an engine that
# `start` itself started is ever stopped, or one that `adopt` took over: that a bootstrap has just started. `release` stops it where nothing runs on it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
started=$cache/dockerd.pid
# How long the engine may take to start or to stop its containers and itself, seconds.
deadline=60

# The engine's version, if it answers.
status() {
  local version
  command -v docker >/dev/null && version=$(timeout 20 docker version --format '{{.Server.Version}}' 2>/dev/null) && echo "$version"
}

# Whether process $1 is a dockerd: its number may have gone to another program since.
is_dockerd() { [ "$(cat "/proc/$1/comm" 2>/dev/null)" = dockerd ]; }

# Notes that the engine was started from here. One of systemd's is the machine's own, which starts it at boot too.
adopt() {
  if [ ! -d /run/systemd/system ] && [ -s /var/run/docker.pid ] && is_dockerd "$(cat /var/run/docker.pid)"; then
    cp /var/run/docker.pid "$started"
  fi
}

# Asks until the engine answers or has ended.
await() {
  local waited log=$cache/dockerd.log
  for ((waited = 0; waited < deadline * 2; waited++)); do
    if status >/dev/null; then
      say "engine: Docker $(status) answers after $((SECONDS)) s"
      return
    fi
    if [ -s "$started" ] && [ "$waited" -gt 4 ] && ! is_dockerd "$(cat "$started")"; then
      rm -f "$started"
      break
    fi
    sleep 0.5
  done
  fail "the Docker engine does not answer; the end of its log, $log: $(log_end "$log")"
}

# The client and the engine are one package in Debian 12, and two later.
install_missing() {
  local missing=()
  if ! command -v dockerd >/dev/null && [ -z "${DOCKER_HOST:-}" ]; then missing+=(docker.io); fi
  if ! command -v iptables >/dev/null && [ -z "${DOCKER_HOST:-}" ]; then missing+=(iptables); fi
  if [ ${#missing[@]} -gt 0 ]; then
    apt_install "there is no Docker engine here" "${missing[@]}"
    # A package's own script starts the engine on some machines without systemd: then it was started from here, too.
    adopt
  fi
  if ! command -v docker >/dev/null; then
    if [ -n "$(apt-cache policy docker-cli 2>/dev/null)" ]; then
      apt_install "there is no docker command here" docker-cli
    else
      apt_install "there is no docker command here" docker.io
    fi
  fi
}

start() {
  if status >/dev/null; then
    say "engine: Docker $(status)${DOCKER_HOST:+ at $DOCKER_HOST}, which runs already, is used"
    return
  fi
  install_missing
  if status >/dev/null; then
    say "engine: Docker $(status)${DOCKER_HOST:+ at $DOCKER_HOST} is used"
    return
  fi
  [ -z "${DOCKER_HOST:-}" ] || fail "DOCKER_HOST=$DOCKER_HOST does not answer: start that engine, or unset DOCKER_HOST"
  if [ -d /run/systemd/system ]; then
    say "engine: starting it (systemctl start docker)"
    systemctl start docker || fail "systemctl start docker failed: \`journalctl -u docker\` tells why"
  elif [ -s /var/run/docker.pid ] && is_dockerd "$(cat /var/run/docker.pid)"; then
    say "engine: waiting for the one that is starting"
  else
    [ "$(id -u)" = 0 ] || fail "no Docker engine answers, and only root can start one: start it, then run this again"
    say "engine: starting it; its log is $cache/dockerd.log"
    # What an engine that was killed left behind: with another process under that number by now, none would start.
    rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
    # It outlives this script, and must hold on neither to its lock nor to a pipe that a caller waits for.
    # shellcheck disable=SC2016 # the new process's own id, arguments and files
    setsid --fork bash -c '
      echo $$ >"$1"
      for file in /proc/$$/fd/*; do
        if [ "${file##*/}" -gt 2 ]; then eval "exec ${file##*/}>&-"; fi
      done
      exec dockerd >"$2" 2>&1' bash "$started" "$cache/dockerd.log" </dev/null
  fi
  await
}

stop() {
  [ -s "$started" ] || return 0
  local pid waited
  pid=$(cat "$started")
  if is_dockerd "$pid"; then
    say "engine: stopping the one that was started here"
    kill "$pid"
    for ((waited = 0; waited < deadline * 5; waited++)); do
      is_dockerd "$pid" || break
      sleep 0.2
    done
    if is_dockerd "$pid"; then fail "the Docker engine (process $pid) has not ended after $deadline s; its log is $cache/dockerd.log"; fi
  fi
  rm -f "$started"
}

# Stops it unless containers run on it, which would stop too.
release() {
  local running
  running=$(docker ps --format '{{.Names}}' 2>/dev/null | head -n 3 | paste -sd ' ')
  if [ -s "$started" ] && [ -n "$running" ]; then
    say "engine: it goes on, as other containers run on it, $running among them; \`make engine-stop\` stops it with them"
  else
    stop
  fi
}

case ${1:-} in
  start | stop | release | status | adopt) "$1" ;;
  *) fail "usage: setup/engine.sh start|stop|release|status|adopt" ;;
esac
