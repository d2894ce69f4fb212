#!/bin/bash
# boot [systemd]: the first process of a test host. It makes the container a machine, and then becomes systemd, or does what
# small init systems do: starts the services of the run levels S and 2 from their init scripts, and stays. Called as
# `shutdown`, it ends the machine, which its container's restart policy boots again.
if [ "${0##*/}" = shutdown ]; then
  if [ -d /run/systemd/system ]; then exec systemctl reboot; fi
  # Later, so that whoever asked over SSH still gets an answer.
  setsid --fork sh -c 'sleep 1; kill -TERM "$(cat /run/boot.pid)"'
  exit
fi
echo $$ >/run/boot.pid
trap 'kill "$waiting"; exit 0' TERM
mkdir -p /run/sshd /run/lock /var/lib/apt/periodic
# Lists and packages came with the image: no test waits for the mirror, unless it is about that.
touch /var/lib/apt/periodic/update-success-stamp
# These are the whole machine's, not the container's own: a role must not change them from in here.
for tree in fs kernel vm; do
  mount --bind "/proc/sys/$tree" "/proc/sys/$tree"
  mount -o remount,bind,ro "/proc/sys/$tree"
done
if [ ! -e /etc/ssh/ssh_host_ed25519_key ]; then ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key; fi
if [ "${1:-}" = systemd ]; then
  # It knows by this that devices and clock aren't its own. Debian 13's runs on control groups of version 1 only when told to.
  export container=docker SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
  exec /lib/systemd/systemd
fi
for script in /etc/rcS.d/S* /etc/rc2.d/S*; do
  if [ -x "$script" ]; then "$script" start >>/var/log/boot.log 2>&1 </dev/null; fi
done
touch /run/booted
sleep infinity &
waiting=$!
wait "$waiting"
