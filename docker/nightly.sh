#!/bin/sh
# Attacks clusters in containers for a while, one campaign after the other, and keeps the reports.
# Usage: docker/nightly.sh [GROUP|all] [MINUTES] [FOLDER]     (default: all 60 chaos-runs)
# Groups: crash network disk machine members five. Exit codes: 0 every run valid, 1 some run invalid, 3 some
# run unknown and none invalid, 2 usage.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
group=${1:-all}
minutes=${2:-60}
out=${3:-chaos-runs}

case $group in
  crash | network | disk | machine | members | five | all) ;;
  *) echo "nightly: group '$group' is unknown; expected crash, network, disk, machine, members, five or all" >&2; exit 2 ;;
esac
case $minutes in
  '' | *[!0-9]*) echo "nightly: '$minutes' is no whole number of minutes" >&2; exit 2 ;;
esac

faults_of() {
  case $1 in
    crash) echo kill,kill-majority,kill-all,pause,pause-all,hammer,rolling-restart ;;
    network) echo partition,oneway,loss,reset,slow-network,poweroff,delay,reorder,duplicate,corrupt ;;
    disk) echo powercut,powercut-majority,powercut-all,disk-full,disk-readonly,disk-error,disk-hang,disk-stutter ;;
    machine) echo clock,clock-rate,clock-strobe,slow-cpu,pause,poweroff,powercut ;;
    members) echo member-remove,member-replace,member-demote,transfer,rolling-restart,kill,pause,partition ;;
    five) echo kill,partition,oneway,pause,powercut,loss,poweroff ;;
  esac
}

"$root/docker/start-docker.sh"
mkdir -p "$out"
end=$(($(date +%s) + minutes * 60))
worst=0
while :; do
  for one in crash network disk machine members five; do
    [ "$group" = all ] || [ "$group" = "$one" ] || continue
    # One run takes about six minutes; the first is made in any case.
    [ -z "${made:-}" ] || [ "$(date +%s)" -lt "$end" ] || break 2
    made=yes
    peers=3
    [ "$one" = five ] && peers=5
    status=0
    "$root/holdfast" chaos run --on containers --peers "$peers" --workload all --faults "$(faults_of "$one")" \
      --time-limit 240s --every 15s --rate 20 --clients 3 --out "$out" || status=$?
    case $status in
      0) ;;
      1) worst=1 ;;
      130) exit 130 ;;
      *) [ "$worst" -eq 1 ] || worst=3 ;;
    esac
  done
done

"$root/holdfast" chaos list --out "$out" --index "$out/index.html" --markdown | tee "$out/results.md"
exit "$worst"
