#!/usr/bin/env bash
# build.sh bookworm|trixie: makes sure that the engine has the image of a bare Debian server, and prints its name, in which
# is a hash of this folder's scripts. A server as its installer or its provider leaves it: sshd, sudo, Python, and neither an
# engine nor a firewall; with systemd, which runs when the container's command is `/sbin/boot systemd`. Made of Debian's packages through this machine's own apt configuration.
set -euo pipefail
cd "$(dirname "$0")"
folder=$PWD
release=${1:?bookworm or trixie}
cd ../../..
# shellcheck source=setup/common.sh
. setup/common.sh
# shellcheck source=setup/mirror.sh
. setup/mirror.sh
image=odoo-fleet.test/host-$release:$(cat "$folder/build.sh" "$folder/boot.sh" | sha256sum | cut -c1-12)

# What the roles install. Their packages are kept in the image, so that a test waits for dpkg only, not for a download.
wanted=(docker.io iptables nftables curl git chrony cron unattended-upgrades locales rsyslog-)
if [ "$release" = trixie ]; then wanted+=(docker-cli docker-compose); fi

# debian ROOT: a minimal Debian in ROOT.
debian() {
  local root=$1
  debootstrap --variant=minbase \
    --include=ca-certificates,iproute2,openssh-server,procps,python3,python3-apt,sudo,systemd "$release" "$root" "$(mirror)"
  # Doesn't wait for the disk at every package: a test's host that a power cut breaks is made again.
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  # Where the package archive is a frozen copy, this machine's apt accepts an old index, and so must its hosts.
  apt-config dump --format '%F "%v";%n' Acquire::Check-Valid-Until Acquire::Check-Date >"$root/etc/apt/apt.conf.d/50machine"
  local proxy
  proxy=$(apt_proxy)
  if [ -n "$proxy" ]; then echo "Acquire::http::Proxy \"$proxy\";" >>"$root/etc/apt/apt.conf.d/50machine"; fi
  # Texts in other languages only take time.
  echo 'Acquire::Languages "none";' >>"$root/etc/apt/apt.conf.d/50machine"
  chroot "$root" apt-get update
  chroot "$root" apt-get install --yes --download-only --no-install-recommends "${wanted[@]}"
  # A static program, from which a test makes images for the host's own engine.
  (cd "$root/srv" && chroot "$root" sh -c 'cd /srv && apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb .')
  install -D "$(find "$root/srv" -path '*bin/busybox')" "$root/srv/image/bin/busybox"
  find "$root/srv" -mindepth 1 -maxdepth 1 ! -name image -exec rm -rf {} +
  # Users: one who may do everything, as providers make it, and one who may nothing.
  chroot "$root" useradd --create-home --shell /bin/bash admin
  chroot "$root" useradd --create-home --shell /bin/bash guest
  echo 'admin ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/admin"
  # A password that works before the bootstrap, to see that it doesn't afterwards.
  echo 'guest:guest' | chroot "$root" chpasswd
  sed -i 's/^#\?PasswordAuthentication .*/PasswordAuthentication yes/' "$root/etc/ssh/sshd_config"
  # Where the machine itself may not raise its limits, a host's init scripts can't either, and docker's would end for it.
  echo 'ulimit() { command ulimit "$@" 2>/dev/null || true; }' >"$root/lib/lsb/init-functions.d/90-test-host"
  # Its control groups are those of this machine: an init script that finds them in this table mounts no further ones.
  echo 'cgroup /sys/fs/cgroup tmpfs noauto 0 0' >>"$root/etc/fstab"
  # Each host makes its own.
  rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/resolv.conf" "$root/usr/sbin/policy-rc.d"
  install -m 0755 "$folder/boot.sh" "$root/sbin/boot"
  # What `boot` says at its end without systemd.
  cat >"$root/etc/systemd/system/booted.service" <<'UNIT'
[Unit]
After=ssh.service cron.service docker.service odoo-fleet-firewall.service
[Service]
Type=oneshot
ExecStart=/usr/bin/touch /run/booted
[Install]
WantedBy=multi-user.target
UNIT
  chroot "$root" systemctl enable booted.service
  ln -sf /sbin/boot "$root/sbin/shutdown"
}

make_image() {
  docker image inspect "$image" >/dev/null 2>&1 && return
  local work started=$SECONDS log=$cache/host-$release.log
  command -v debootstrap >/dev/null || apt_install "test hosts are made by debootstrap" debootstrap
  if [ -z "$(mirror)" ]; then apt-get update >"$log" 2>&1; fi
  say "test host $release: making its image of Debian's packages, once; about a minute"
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$work'" EXIT
  (debian "$work/root") >"$log" 2>&1 || fail "the image could not be made; the end of its log, $log: $(log_end "$log")"
  tar --create --directory "$work/root" --numeric-owner . |
    docker import --change 'CMD ["/sbin/boot"]' --change 'LABEL odoo-fleet.test-image=host' - "$image" >/dev/null
  say "test host $release: image ready after $((SECONDS - started)) s"
}

locked "host-$release" make_image
echo "$image"
