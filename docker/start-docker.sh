#!/bin/sh
# Makes a Docker Engine answer on this machine: does nothing where one does, starts the one that is
# installed, installs Debian's where there is none (needs root and a package mirror). Safe to run again,
# also after the engine was killed.
set -eu

log=/var/log/holdfast-dockerd.log

up() { docker info >/dev/null 2>&1; }

# A killed engine leaves its pid files, and the number may belong to another process by now.
drop_stale() { # pid file, program
  [ -f "$1" ] || return 0
  pid=$(cat "$1")
  if kill -0 "$pid" 2>/dev/null && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "$2"; then
    return 0
  fi
  rm -f "$1"
}

up && exit 0
[ "$(id -u)" -eq 0 ] || { echo "start-docker: no Docker Engine answers, and starting one needs root" >&2; exit 1; }

if ! command -v dockerd >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    docker.io iptables ca-certificates >/dev/null
fi

for try in 1 2 3; do
  drop_stale /var/run/docker.pid dockerd
  drop_stale /var/run/docker/containerd/containerd.pid containerd
  # Engine 20.10 names no gateway for its default network unless told the address.
  setsid nohup dockerd --bip 172.17.0.1/16 >"$log" 2>&1 </dev/null &
  pid=$!
  waited=0
  while [ "$waited" -lt 120 ]; do
    up && exit 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
    waited=$((waited + 1))
  done
  # An old kernel may know only the legacy tables.
  if grep -qi iptables "$log"; then
    update-alternatives --set iptables /usr/sbin/iptables-legacy >/dev/null 2>&1 || true
  fi
done

echo "start-docker: the Docker Engine did not start; the end of $log:" >&2
tail -30 "$log" >&2
exit 1
