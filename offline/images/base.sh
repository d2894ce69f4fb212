#!/bin/sh
# base.sh MIRROR FOLDER: a minimal Debian 13 in FOLDER, without what no container reads. It keeps MIRROR as its source of
# packages, so that images built upon it can install more.
set -eu
debootstrap --variant=minbase --include=ca-certificates,locales trixie "$2" "$1"
# The official PostgreSQL and Odoo images run in this locale. Only the locale is kept, not the package that makes it.
chroot "$2" localedef --no-archive --inputfile en_US --charmap UTF-8 en_US.UTF-8
chroot "$2" dpkg --purge locales
rm -rf "$2"/var/cache/apt/* "$2"/var/lib/apt/lists/* "$2"/usr/share/doc/* "$2"/usr/share/man/* "$2"/usr/share/locale/* \
  "$2"/usr/share/i18n "$2"/var/log/*
cat >"$2/etc/dpkg/dpkg.cfg.d/slim" <<'SLIM'
path-exclude=/usr/share/doc/*
path-exclude=/usr/share/man/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/i18n/*
SLIM
# An image that is half made when the machine loses power is made again, so nothing has to wait for the disk.
echo force-unsafe-io >"$2/etc/dpkg/dpkg.cfg.d/unsafe-io"
echo 'APT::Install-Recommends "false";' >"$2/etc/apt/apt.conf.d/slim"
# Packages must not start services while an image is built.
printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d"
chmod 0755 "$2/usr/sbin/policy-rc.d"
rm -f "$2/etc/resolv.conf" "$2/etc/hostname"
