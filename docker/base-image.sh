#!/bin/sh
# Makes debian:bookworm-slim on a machine that cannot pull it, by debootstrap from a Debian mirror, so
# that one Dockerfile serves everybody. Does nothing where the image is present or can be pulled.
set -eu

image=debian:bookworm-slim

docker image inspect "$image" >/dev/null 2>&1 && exit 0
timeout 60 docker pull -q "$image" >/dev/null 2>&1 && exit 0

if ! command -v debootstrap >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
fi

root=$(mktemp -d)
trap 'rm -rf "$root" "$root.log"' EXIT
trap 'exit 130' INT TERM

debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || {
  echo "base-image: debootstrap failed; the end of its output:" >&2
  tail -20 "$root.log" >&2
  exit 1
}

# A bookworm machine knows where its security updates come from; the image takes them from there too.
sources=/etc/apt/sources.list.d/debian.sources
if grep -qs bookworm-security "$sources"; then
  cp "$sources" "$root$sources"
  : >"$root/etc/apt/sources.list"
fi

# Slim as the public image is: no package cache, lists, translations or manual pages. The folders stay,
# because the installation scripts of some packages expect them.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
rm -rf "$root"/usr/share/locale/* "$root"/usr/share/info/*
find "$root/usr/share/doc" "$root/usr/share/man" -type f ! -name copyright -delete
printf '%s\n' 'path-exclude /usr/share/doc/*' 'path-include /usr/share/doc/*/copyright' \
  'path-exclude /usr/share/man/*' 'path-exclude /usr/share/locale/*' force-unsafe-io \
  >"$root/etc/dpkg/dpkg.cfg.d/slim"
printf '%s\n' 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };' \
  >"$root/etc/apt/apt.conf.d/slim"

tar -C "$root" --numeric-owner --exclude='./dev/*' -c . |
  docker import -c 'CMD ["bash"]' - "$image" >/dev/null
